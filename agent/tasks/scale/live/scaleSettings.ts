import type { Config } from '../../../config/schema';
import type { ScalingSteering, WorkloadRef } from '../../../protocol';

/** What the config says of scaling one workload. */
export interface ScaleSettings {
  steering: ScalingSteering;
  violationPrice: number;
  minReplicas: number;
  maxReplicas: number;
}

/** The workload's own settings where it has some, else the common ones. */
export function scaleSettingsOf(
  { namespace, name }: WorkloadRef,
  { scale, workloads }: Config,
): ScaleSettings {
  const own = workloads[`${namespace}/${name}`]?.scale;
  return {
    steering: own?.steering ?? scale.steering,
    violationPrice: own?.violationPrice ?? scale.violationPrice,
    minReplicas: own?.minReplicas ?? scale.minReplicas,
    maxReplicas: own?.maxReplicas ?? scale.maxReplicas,
  };
}
