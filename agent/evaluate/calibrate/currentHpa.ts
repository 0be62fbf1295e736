import type { Autoscaler, Workload } from '../../cluster/snapshot';
import { CoxswainError } from '../../protocol';
import { rulesBeforeHandover } from '../../safety/handover/rulesBefore';
import { DEFAULT_SCALE_DOWN, DEFAULT_SCALE_UP, HpaSpec } from '../../tasks/scale/hpa/hpaSpec';
import { titleOf } from './history';
import type { HpaBehaviour } from './hpaRule';

/** What scales a workload now. */
export interface CurrentHpa {
  behaviour: HpaBehaviour;
  /** Null where there is none. */
  autoscaler: Autoscaler | null;
  warnings: readonly string[];
}

/** The customary one, for who has none. */
export const DEFAULT_TARGET = 0.7;

export function defaultHpa(requestShare: number): HpaBehaviour {
  return { target: DEFAULT_TARGET * requestShare, scaleUp: DEFAULT_SCALE_UP, scaleDown: DEFAULT_SCALE_DOWN };
}

/**
 * The HPA of a workload as the simulator plays it.
 *
 * @param requestShare CPU requested ÷ CPU that a pod can use
 * @throws CoxswainError `conflict` where several scale it: they fight each other, and nothing can be said
 */
export function currentHpaOf(workload: Workload, requestShare: number): CurrentHpa {
  const [autoscaler, second] = workload.autoscalers;
  if (autoscaler && second) throw severalAutoscalers(workload);
  const standard = defaultHpa(requestShare);
  if (!autoscaler) {
    const warning = `Nothing scales ${titleOf(workload)} now: the HPA as it is stands for a default one at 70 %.`;
    return { behaviour: standard, autoscaler: null, warnings: [warning] };
  }
  const { targetUtilisation, rules, warnings } = rulesOf(autoscaler);
  const target = Math.min(1, (targetUtilisation ?? DEFAULT_TARGET) * requestShare);
  return {
    behaviour: { target, ...rules },
    autoscaler,
    warnings: [
      ...warnings,
      ...(targetUtilisation === null
        ? [
            `${autoscaler.name} does not go by CPU utilisation, which alone is simulated: a default of 70 % stands in its place.`,
          ]
        : []),
    ],
  };
}

/** As it was before Coxswain changed it, where it has. */
function rulesOf(autoscaler: Autoscaler) {
  const { handover } = autoscaler;
  const { maxReplicas, metrics: given, behavior } = rulesBeforeHandover(autoscaler);
  const parsed = HpaSpec.safeParse({
    scaleTargetRef: { kind: 'Deployment', name: autoscaler.name },
    ...{ maxReplicas, metrics: given, behavior },
  });
  const standard = { scaleUp: DEFAULT_SCALE_UP, scaleDown: DEFAULT_SCALE_DOWN };
  const unread = [
    `What ${autoscaler.name} says of its behaviour was not understood: the default stands in its place.`,
  ];
  if (!parsed.success)
    return { targetUtilisation: autoscaler.targetUtilisation, rules: standard, warnings: unread };
  const { scaleUp, scaleDown, metrics } = parsed.data;
  const cpu = metrics.flatMap((metric) =>
    metric.type === 'Resource' &&
    metric.resource.name === 'cpu' &&
    metric.resource.target.type === 'Utilization'
      ? [metric.resource.target.averageUtilization / 100]
      : [],
  );
  const own = handover === null ? autoscaler.targetUtilisation : (cpu[0] ?? autoscaler.targetUtilisation);
  const several = metrics.length > 1 && autoscaler.kind === 'hpa';
  return {
    targetUtilisation: own,
    rules: { scaleUp, scaleDown },
    warnings: several
      ? [`Of the ${metrics.length} metrics of ${autoscaler.name} only CPU is simulated.`]
      : [],
  };
}

function severalAutoscalers(workload: Workload): CoxswainError {
  const names = workload.autoscalers.map(({ kind, name }) => `${kind} ${name}`).join(' and ');
  return new CoxswainError(
    'conflict',
    `${names} both scale ${titleOf(workload)}; they undo what the other does.`,
    'Remove one of them, and calibrate again.',
  );
}
