import type { Workload } from '../../../cluster/snapshot';
import type { Config } from '../../../config/schema';
import { type ReplicaBounds, scaleBounds } from '../../../safety/handover/bounds';
import { scaleSettingsOf } from './scaleSettings';

export type { ReplicaBounds } from '../../../safety/handover/bounds';

/** What the settings and the autoscaler, where there is just one, both allow. `max` below `min`: they contradict each other. */
export function boundsOf({ ref, autoscalers }: Workload, config: Config): ReplicaBounds {
  const [only, ...others] = autoscalers;
  if (only && others.length === 0) return scaleBounds(config, ref, only);
  const { minReplicas, maxReplicas } = scaleSettingsOf(ref, config);
  return { min: minReplicas, max: maxReplicas };
}
