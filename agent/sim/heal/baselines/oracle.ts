import type { Baseline } from '../../baseline';
import { NO_FAULT } from '../faults';
import { DO_NOTHING, type HealEnv, RESTART_POD, SCALE_DOWN, SCALE_UP } from '../healEnv';
import { HELPS, judgeRestart } from '../judgement';

const BUSY = 0.75;
const IDLE = 0.65;

/**
 * Knows the fault as soon as it has lasted for `delaySeconds`, and replaces the pods that it fell on: what perfect
 * detection would be worth. No policy can be it: all other rules look at `view` and `memory` alone. Nor is it the
 * optimum: it does not plan.
 */
export const oracle = (delaySeconds = 0): Baseline<HealEnv> => ({
  name: `oracle after ${delaySeconds} s`,
  reset: () => undefined,
  decide: (env) => decide(env, delaySeconds),
});

function decide(env: HealEnv, delaySeconds: number): number {
  const { deployment, scenario } = env;
  if (scenario.fault === NO_FAULT || deployment.now < scenario.onsetSeconds + delaySeconds) return DO_NOTHING;
  const { pods } = deployment;
  for (let pod = 0; pod < pods.count; pod++) {
    if (judgeRestart(deployment, scenario, pod) !== HELPS) continue;
    env.aim = pod;
    return RESTART_POD;
  }
  if (deployment.faultActive && deployment.utilisation() > BUSY && pods.routedCount() === pods.count)
    return SCALE_UP;
  return deployment.wanted > scenario.baseReplicas && deployment.utilisation(1) < IDLE
    ? SCALE_DOWN
    : DO_NOTHING;
}
