import type { NewObject } from '../objectStore';

/** A part of an OpenAPI v3 structural schema. */
export type FieldSchema = Record<string, unknown>;

export const STRING: FieldSchema = { type: 'string' };
export const BOOLEAN: FieldSchema = { type: 'boolean' };
export const INTEGER: FieldSchema = { type: 'integer' };
/** An object of which nothing is known. */
export const PRESERVED: FieldSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

export const listOf = (items: FieldSchema): FieldSchema => ({ type: 'array', items });
export const mapOf = (additionalProperties: FieldSchema): FieldSchema => ({
  type: 'object',
  additionalProperties,
});
export const oneOf = (...values: string[]): FieldSchema => ({ type: 'string', enum: values });
export const object = (properties: Record<string, FieldSchema>, required: string[] = []): FieldSchema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});
/** Fields that the embedded cluster has no use for are accepted, as a real manifest may have them. */
export const openObject = (
  properties: Record<string, FieldSchema>,
  required: string[] = [],
): FieldSchema => ({ ...PRESERVED, ...object(properties, required) });

export interface CustomKind {
  group: string;
  kind: string;
  plural: string;
  shortNames?: string[];
  /** `v1alpha1` where absent. */
  version?: string;
  /** Served beside it, with the same schema. */
  otherVersions?: readonly string[];
  scope?: 'Namespaced' | 'Cluster';
  categories?: string[];
  spec: FieldSchema;
  /** Whether clients write the status apart from the rest. */
  hasStatusSubresource?: boolean;
  /** Where its subresource `scale` has its fields; absent where it has none. */
  scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string };
}

/** The CustomResourceDefinition of a kind, namespaced and in one version where nothing else is said. */
export function customDefinition(custom: CustomKind): NewObject {
  const { group, kind, plural, shortNames, categories, version = 'v1alpha1', spec } = custom;
  const { hasStatusSubresource = false, otherVersions = [], scope = 'Namespaced', scale } = custom;
  const subresources = { ...(hasStatusSubresource && { status: {} }), ...(scale && { scale }) };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        ...(shortNames && { shortNames }),
        ...(categories && { categories }),
      },
      scope,
      versions: [version, ...otherVersions].map((name) => ({
        name,
        served: true,
        storage: name === version,
        ...((hasStatusSubresource || scale) && { subresources }),
        schema: {
          openAPIV3Schema: object(
            { apiVersion: STRING, kind: STRING, metadata: { type: 'object' }, spec, status: PRESERVED },
            ['spec'],
          ),
        },
      })),
    },
  };
}
