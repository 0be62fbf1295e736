import { templateHash } from '../workloads/names';
import { abortDelay, maxWeight, type RolloutSpec, type Step } from './rolloutSpec';
import type { RolloutStatus } from './rolloutStatus';

/** Where a Rollout is among its steps: the step is null past the last one, the index where there are none. */
export function currentStep(
  { strategy }: RolloutSpec,
  { currentStepIndex }: RolloutStatus,
): { step: Step | null; index: number | null } {
  const steps = strategy.canary?.steps ?? [];
  if (steps.length === 0) return { step: null, index: null };
  const index = currentStepIndex ?? 0;
  return { step: steps[index] ?? null, index };
}

/** Told apart by their hash, steps that were changed begin from the first one. */
export function stepHash({ strategy }: RolloutSpec): string {
  return strategy.canary ? templateHash(strategy.canary.steps) : '';
}

/** The weight that the steps ask for: that of the last setWeight so far; 0 before any, everything after the end. */
export function stepWeight(spec: RolloutSpec, status: RolloutStatus): number {
  if (status.abort) return 0;
  const { step, index } = currentStep(spec, status);
  if (!step || index === null) return maxWeight(spec);
  return lastSetWeight(spec, index) ?? 0;
}

/** Of the steps up to `index`, with it. */
export function lastSetWeight({ strategy }: RolloutSpec, index: number): number | null {
  const steps = strategy.canary?.steps.slice(0, index + 1) ?? [];
  return steps.findLast(({ setWeight }) => setWeight !== undefined)?.setWeight ?? null;
}

/** The setCanaryScale that is in force; null where the canary follows its weight. */
export function canaryScale(
  spec: RolloutSpec,
  status: RolloutStatus,
): NonNullable<Step['setCanaryScale']> | null {
  if (!spec.strategy.canary?.trafficRouting) return null;
  if (status.abort && abortDelay(spec).ms !== null) return null;
  const { step, index } = currentStep(spec, status);
  if (!step || index === null) return null;
  const last = spec.strategy.canary.steps
    .slice(0, index + 1)
    .findLast(({ setCanaryScale }) => setCanaryScale !== undefined)?.setCanaryScale;
  return last && !last.matchTrafficWeight ? last : null;
}

/** Whether the progress deadline does not count: a step may take as long as it takes. */
export function isUnlimitedStep(step: Step | null): boolean {
  return Boolean(step && (step.experiment || step.analysis || step.pause));
}

/** As `kubectl argo rollouts` and the events write a step. */
export function stepText(step: Step): string {
  if (step.setWeight !== undefined) return `setWeight: ${step.setWeight}`;
  if (step.pause) return step.pause.duration === undefined ? 'pause' : `pause: ${step.pause.duration}`;
  if (step.experiment) return 'experiment';
  if (step.analysis) return 'analysis';
  if (step.setCanaryScale) {
    const { weight, replicas, matchTrafficWeight } = step.setCanaryScale;
    if (weight !== undefined) return `setCanaryScale{weight: ${weight}}`;
    if (matchTrafficWeight) return 'setCanaryScale{matchTrafficWeight: true}';
    return `setCanaryScale{replicas: ${replicas ?? 0}}`;
  }
  if (step.plugin) return `plugin: ${step.plugin.name}`;
  if (step.setHeaderRoute) return `setHeaderRoute: ${step.setHeaderRoute.name}`;
  if (step.setMirrorRoute) return `setMirrorRoute: ${step.setMirrorRoute.name}`;
  return 'invalid';
}
