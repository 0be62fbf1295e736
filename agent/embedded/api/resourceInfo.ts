import type { KubeObject, ResourceType } from '../objectStore';
import type { StatusCause } from '../store/statusError';
import type { Schema } from './schema';

/** All that the API server has to know of one resource in one version. */
export interface ResourceInfo extends ResourceType {
  singular: string;
  kind: string;
  namespaced: boolean;
  shortNames: readonly string[];
  categories: readonly string[];
  subresources: readonly Subresource[];
  /** Fields beyond name and namespace that a field selector may name. */
  selectableFields: readonly string[];
  schema: Schema;
  /** Where a custom resource with a subresource `scale` tells of its pods. */
  scalePaths?: { replicas: string; selector: string | undefined };
  /** Rules that a schema cannot say. */
  check?: (object: KubeObject) => StatusCause[];
  /** Where its objects are kept: for a custom resource in several versions always under the same one. */
  storage: ResourceType;
}

export type Subresource = 'status' | 'scale' | 'eviction' | 'log' | 'proxy';
