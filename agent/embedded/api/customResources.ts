import * as z from 'zod';
import type { KubeObject } from '../objectStore';
import { CUSTOM_CHECKS } from '../runtime/traffic/checks';
import type { StatusCause } from '../store/statusError';
import type { ResourceInfo } from './resourceInfo';
import { Schema } from './schema';

/** What is wrong with a CustomResourceDefinition; empty when it can be served. */
export function checkDefinition({ metadata, spec }: KubeObject): StatusCause[] {
  const parsed = DefinitionSpec.safeParse(spec);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => ({
      reason: 'FieldValueInvalid',
      field: ['spec', ...path].join('.'),
      message: `Invalid value: ${message}`,
    }));
  }
  const name = `${parsed.data.names.plural}.${parsed.data.group}`;
  if (metadata.name === name) return [];
  const message = `Invalid value: ${JSON.stringify(metadata.name)}: must be spec.names.plural+"."+spec.group`;
  return [{ reason: 'FieldValueInvalid', field: 'metadata.name', message }];
}

/** The part of a CustomResourceDefinition that the embedded cluster heeds. */
export const DefinitionSpec = z
  .object({
    group: z.string().min(1),
    scope: z.enum(['Namespaced', 'Cluster']),
    names: z.object({
      plural: z.string().min(1),
      kind: z.string().min(1),
      singular: z.string().optional(),
      listKind: z.string().optional(),
      shortNames: z.array(z.string()).default([]),
      categories: z.array(z.string()).default([]),
    }),
    versions: z
      .array(
        z.object({
          name: z.string().min(1),
          served: z.boolean(),
          storage: z.boolean(),
          schema: z.object({ openAPIV3Schema: Schema }),
          subresources: z
            .object({
              status: z.object({}).optional(),
              scale: z
                .object({
                  specReplicasPath: z.literal('.spec.replicas'),
                  statusReplicasPath: z.string().startsWith('.status.'),
                  labelSelectorPath: z.string().startsWith('.status.').optional(),
                })
                .optional(),
            })
            .default({}),
        }),
      )
      .min(1),
  })
  .refine(({ versions }) => versions.filter(({ storage }) => storage).length === 1, {
    path: ['versions'],
    message: 'must have exactly one version marked as storage version',
  });
export type DefinitionSpec = z.infer<typeof DefinitionSpec>;

/** One resource for each served version; all of them keep their objects under the storage version. */
export function resourcesOf(spec: DefinitionSpec): ResourceInfo[] {
  const { group, scope, names, versions } = spec;
  const stored = versions.find(({ storage }) => storage);
  if (!stored) return [];
  const check = CUSTOM_CHECKS[`${names.kind}.${group}`];
  return versions
    .filter(({ served }) => served)
    .map(({ name, schema, subresources }) => ({
      group,
      version: name,
      plural: names.plural,
      singular: names.singular ?? names.kind.toLowerCase(),
      kind: names.kind,
      namespaced: scope === 'Namespaced',
      shortNames: names.shortNames,
      categories: names.categories,
      subresources: [
        ...(subresources.status ? ['status' as const] : []),
        ...(subresources.scale ? ['scale' as const] : []),
      ],
      ...(subresources.scale && {
        scalePaths: {
          replicas: subresources.scale.statusReplicasPath,
          selector: subresources.scale.labelSelectorPath,
        },
      }),
      selectableFields: [],
      schema: schema.openAPIV3Schema,
      ...(check && { check }),
      storage: { group, version: stored.name, plural: names.plural },
    }));
}

export function establishedStatus({ names, versions }: DefinitionSpec, at: string): Record<string, unknown> {
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastTransitionTime: at,
    reason,
    message,
  });
  return {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: { ...names, listKind: names.listKind ?? `${names.kind}List` },
    storedVersions: versions.filter(({ storage }) => storage).map(({ name }) => name),
  };
}
