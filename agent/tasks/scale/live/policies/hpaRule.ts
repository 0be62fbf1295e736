import { TUNED_HPA } from '../../../../sim/scale/baselines/tuned';
import { HpaMirror } from '../hpaMirror';
import { RULE_SPEC, ruled, type ScalePolicy } from './policy';

/** The HPA's own algorithm on CPU, with the settings that were tuned for the price of a violation. */
export function hpaRule(name: string, version: string): ScalePolicy {
  const mirror = new HpaMirror();
  return {
    ...{ name, version, spec: RULE_SPEC, reset: () => mirror.reset() },
    decide: (look) => {
      const { view, workload, violationPrice } = look;
      const { target, tolerance, downWindowSeconds } = TUNED_HPA.nearest(violationPrice);
      // Tuned for shares of what a pod can use; an HPA reckons in shares of what it requests.
      const perRequest =
        (workload.cpuLimitCores ?? 1) / (workload.cpuRequestCores ?? workload.cpuLimitCores ?? 1);
      const percent = Math.max(1, Math.round(100 * target * perRequest));
      const wanted = mirror.wish(look, {
        minReplicas: view.minReplicas,
        maxReplicas: view.maxReplicas,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
          },
        ],
        behavior: {
          scaleUp: { tolerance },
          scaleDown: { stabilizationWindowSeconds: downWindowSeconds, tolerance },
        },
      });
      if (wanted === null) return ruled(look, view.pods.count, 'the HPA’s algorithm has no CPU to go by');
      return ruled(look, wanted, `CPU against ${percent} % of the request: ${wanted} pods`);
    },
  };
}
