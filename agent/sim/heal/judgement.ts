import type { HealDeployment } from './deployment';
import { BAD_CONFIG, NO_FAULT } from './faults';
import { CRASHED } from './pods';
import type { HealScenario } from './scenario';

/** What an action is worth, which only a simulation knows. */
export const HELPS = 0;
/** Does neither good nor harm, and still disturbs. */
export const UNNEEDED = 1;
export const HARMS = 2;

/** CPU shares: above the first another replica helps, above the second one fewer harms. */
const BUSY = 0.75;
export const FULL = 0.85;
/** Share of requests that fail or are too slow, from which the workload suffers. */
export const SUFFERS = 0.05;

/** Judged before the pod is deleted. */
export function judgeRestart(
  deployment: HealDeployment,
  scenario: Readonly<HealScenario>,
  pod: number,
): number {
  const { pods } = deployment;
  const badConfig = scenario.fault === BAD_CONFIG && deployment.faultActive;
  const ill = pods.affliction[pod] !== NO_FAULT || pods.isShortOfMemory(pod);
  // What crashed is better off without its back-off, unless what takes its place crashes too.
  if (!badConfig && (ill || pods.phase[pod] === CRASHED)) return HELPS;
  if (!pods.isRouted(pod)) return UNNEEDED;
  return badConfig ? HARMS : judgeLoss(deployment);
}

/** Judged before the pod is taken out of its Service, in which it is. */
export function judgeDrain(deployment: HealDeployment, pod: number): number {
  return deployment.pods.affliction[pod] !== NO_FAULT ? HELPS : judgeLoss(deployment);
}

export function judgeScaleUp(deployment: HealDeployment): number {
  return deployment.utilisation() > BUSY ? HELPS : UNNEEDED;
}

/** Giving back what was added is no disturbance. */
export function judgeScaleDown(deployment: HealDeployment, scenario: Readonly<HealScenario>): number {
  if (deployment.utilisation(1) > FULL) return HARMS;
  return deployment.wanted > scenario.baseReplicas ? HELPS : UNNEEDED;
}

/** One that serves well no longer does so: harm where the others cannot take its load, or where requests suffer now. */
function judgeLoss(deployment: HealDeployment): number {
  const suffers = deployment.pods.violatedShare > SUFFERS;
  return suffers || deployment.utilisation(1) > FULL ? HARMS : UNNEEDED;
}
