import * as z from 'zod';
import type { KubeObject, ObjectStore, ResourceType } from '../../objectStore';
import { controllerOf } from '../kinds';
import { parseGoDurationMs } from './durations';
import { chaosType, ExperimentSpec, ExperimentStatus } from './experiments';

export const SCHEDULES = chaosType('schedules');
export const WORKFLOWS = chaosType('workflows');
export const WORKFLOW_NODES = chaosType('workflownodes');

/** The field by which Schedules and Workflows embed the spec of each kind. */
export const EMBEDDED_FIELDS: Readonly<Record<string, string>> = {
  PodChaos: 'podChaos',
  StressChaos: 'stressChaos',
  NetworkChaos: 'networkChaos',
  HTTPChaos: 'httpChaos',
  DNSChaos: 'dnsChaos',
  IOChaos: 'ioChaos',
  TimeChaos: 'timeChaos',
};

/** Where objects of a kind of experiment are kept; undefined for what is none. */
export function experimentType(kind: string): ResourceType | undefined {
  return EMBEDDED_FIELDS[kind] === undefined ? undefined : chaosType(kind.toLowerCase());
}

const Embedded = z.record(z.string(), z.unknown());

/** The spec that an object embeds for that kind. Throws RangeError where there is none. */
export function embeddedSpec(
  holder: Record<string, unknown> | undefined,
  field: string,
): Record<string, unknown> {
  const spec = Embedded.safeParse(holder?.[field]);
  if (!spec.success) throw new RangeError(`${field} is missing`);
  return spec.data;
}

/** The objects of a type that an owner has made, oldest first. */
export function childrenOf(
  store: Pick<ObjectStore, 'list'>,
  resource: ResourceType,
  { metadata }: KubeObject,
): KubeObject[] {
  return store
    .list(resource, metadata.namespace)
    .filter((child) => controllerOf(child)?.uid === metadata.uid)
    .sort((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp));
}

/** What a Schedule waits for before it begins another one: `untilMs` is when to look again, where time decides. */
export function chaosProgress(
  experiment: KubeObject,
  nowMs: number,
): { isFinished: boolean; untilMs: number | null } {
  const { experiment: status } = ExperimentStatus.parse(experiment.status ?? {});
  const records = status.containerRecords ?? [];
  if (isOneShot(experiment)) {
    const isFinished = records.length > 0 && records.every(({ phase }) => phase === 'Injected');
    return { isFinished, untilMs: nowMs + 1000 };
  }
  const { duration } = ExperimentSpec.parse(experiment.spec);
  if (duration === undefined) return { isFinished: false, untilMs: null };
  const endsAtMs = Date.parse(experiment.metadata.creationTimestamp) + parseGoDurationMs(duration);
  const isRecovered = records.every(({ phase }) => phase === 'Not Injected');
  const isFinished = nowMs >= endsAtMs && status.desiredPhase !== 'Run' && isRecovered;
  return { isFinished, untilMs: Math.max(endsAtMs, nowMs + 1000) };
}

/** Kills happen once; everything else lasts. */
export function isOneShot({ kind, spec }: KubeObject): boolean {
  return kind === 'PodChaos' && spec?.action !== 'pod-failure';
}
