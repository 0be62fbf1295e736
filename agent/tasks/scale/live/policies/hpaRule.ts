import type { HpaSettings } from '../../../../sim/scale/baselines/hpa';
import { HpaMirror } from '../hpaMirror';
import { RULE_SPEC, ruled, type ScalePolicy } from './policy';

/** The HPA's own algorithm on CPU, with the settings for the price of a violation. */
export function hpaRule(
  identity: Pick<ScalePolicy, 'name' | 'version'>,
  settingsFor: (violationPrice: number) => HpaSettings,
): ScalePolicy {
  const mirror = new HpaMirror();
  return {
    ...{ ...identity, spec: RULE_SPEC, reset: () => mirror.reset() },
    decide: (look) => {
      const { view, workload, violationPrice } = look;
      const { target, tolerance, downWindowSeconds, upWindowSeconds = 0 } = settingsFor(violationPrice);
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
          scaleUp: { stabilizationWindowSeconds: upWindowSeconds, tolerance },
          scaleDown: { stabilizationWindowSeconds: downWindowSeconds, tolerance },
        },
      });
      if (wanted === null) return ruled(look, view.pods.count, 'the HPA’s algorithm has no CPU to go by');
      return ruled(look, wanted, `CPU against ${percent} % of the request: ${wanted} pods`);
    },
  };
}
