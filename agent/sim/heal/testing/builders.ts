import type { FaultName } from '../faults';
import { createHealEnv, DO_NOTHING, type HealEnv } from '../healEnv';

/** No noise, no lag, scrapes as often as there are, a fault that lasts, on workloads that can spare a pod. */
export const CALM = {
  noFaultShare: 0,
  replicas: [4, 8],
  utilisation: [0.4, 0.45],
  onsetSeconds: [60, 60],
  durationSeconds: [1e6, 1e6],
  lagSeconds: [0, 0],
  scrapeSeconds: [5, 5],
  noise: [0, 0],
  startupSeconds: [15, 15],
} as const;

export function calmEnv(fault: FaultName | null, changes: Record<string, unknown> = {}): HealEnv {
  const faults = fault === null ? {} : { faults: [fault] };
  return createHealEnv({ ...CALM, noFaultShare: fault === null ? 1 : 0, ...faults, ...changes });
}

/** Does nothing for so many decisions. */
export function wait(env: HealEnv, decisions: number): void {
  for (let decision = 0; decision < decisions; decision++) env.step(DO_NOTHING);
}
