import type { KubeObject } from '../../objectStore';
import type { Cluster } from '../controller';
import {
  type CanaryNames,
  type CanarySpec,
  type CanaryStatus,
  canarySpec,
  canaryStatus,
  namesOf,
} from './canarySpec';

/** A Canary as one run of its analysis finds it. */
export interface CanaryView {
  cluster: Cluster;
  canary: KubeObject;
  namespace: string;
  name: string;
  spec: CanarySpec;
  /** As it was at the beginning of the run. */
  status: CanaryStatus;
  names: CanaryNames;
  /** `name.namespace`, as Flagger's events name it. */
  title: string;
}

/** Throws Error where its spec cannot be understood. */
export function viewCanary(cluster: Cluster, canary: KubeObject): CanaryView {
  const { name, namespace = '' } = canary.metadata;
  const spec = canarySpec(canary);
  return {
    cluster,
    canary,
    namespace,
    name,
    spec,
    status: canaryStatus(canary),
    names: namesOf(spec),
    title: `${name}.${namespace}`,
  };
}
