import * as z from 'zod';
import { AnalysisError } from './analysisError';
import type { Argument } from './template';

/** An argument as a Rollout gives it: a value, or where in the Rollout to take it from. */
export const RolloutArgument = z.looseObject({
  name: z.string().min(1),
  value: z.string().default(''),
  valueFrom: z
    .looseObject({
      podTemplateHashValue: z.enum(['Latest', 'Stable']).optional(),
      fieldRef: z.looseObject({ fieldPath: z.string() }).optional(),
    })
    .optional(),
});
export type RolloutArgument = z.infer<typeof RolloutArgument>;

/** What arguments are taken from. */
export interface ArgumentSource {
  /** The Rollout as the API shows it. */
  rollout: unknown;
  latestHash: string;
  stableHash: string;
}

/**
 * The arguments with their values. Throws AnalysisError where a path leads nowhere, or not to a plain value.
 * Source: https://github.com/argoproj/argo-rollouts/blob/master/utils/analysis/factory.go
 */
export function rolloutArguments(args: readonly RolloutArgument[], source: ArgumentSource): Argument[] {
  return args.map(({ name, value, valueFrom }) => {
    if (valueFrom?.podTemplateHashValue === 'Latest') return { name, value: source.latestHash };
    if (valueFrom?.podTemplateHashValue === 'Stable') return { name, value: source.stableHash };
    if (valueFrom?.fieldRef) return { name, value: fieldOf(source.rollout, valueFrom.fieldRef.fieldPath) };
    if (valueFrom && 'secretKeyRef' in valueFrom) {
      throw new AnalysisError(`argument "${name}": a Rollout cannot take an argument out of a Secret`);
    }
    return { name, value };
  });
}

const METADATA_KEY = /^metadata\.(labels|annotations)\['(.*)'\]$/;

/** The value at a path as the downward API has it (`metadata.labels['app']`), or by dots and numbers in brackets. */
function fieldOf(rollout: unknown, path: string): string {
  const [, map = '', key = ''] = METADATA_KEY.exec(path) ?? [];
  const sections = map === '' ? path.split(/[.[\]]+/).filter((part) => part !== '') : ['metadata', map, key];
  const found = sections.reduce(memberOf, rollout);
  if (map !== '') return String(found ?? '');
  if (found === undefined || found === null) throw new AnalysisError(`invalid path ${path} in rollout`);
  if (typeof found === 'object') {
    throw new AnalysisError(`path ${path} in rollout must terminate in a primitive value`);
  }
  return String(found);
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}
