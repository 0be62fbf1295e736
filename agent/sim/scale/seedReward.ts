import type { ScaleReward } from './reward';
import { clamp, LATENCY_OBJECTIVE_SECONDS } from './units';

/** CPU and memory should stay below it. */
const RESOURCE_TARGET = 0.85;

/**
 * Seed 001's reward: −0.4 latency − 0.3 resource − 0.2 thrashing + 0.1 stability, each in 0…1. Where the seed gives
 * no formula:
 * - latency: how far p95 is above 200 ms, 1 at 400 ms; failed requests add their share.
 * - resource: CPU or memory above 85 %, 1 at 100 %; and CPU below it, 1 at idle, because waste is what the seed
 *   wants to avoid as well.
 * - thrashing: 1 for a change that turns back the last one within five minutes.
 * - stability: 1 for no change while latency and CPU keep their targets.
 */
export const seedReward: ScaleReward = {
  terms: ['latency', 'resource', 'thrashing', 'stability'],
  weights: Float32Array.of(0.4, 0.3, 0.2, 0.1),
  evaluate({ model: { service }, change, isReversal }, terms) {
    const { latencyP95Seconds, errorShare, utilisation, memory } = service;
    const excess = Math.max(0, latencyP95Seconds / LATENCY_OBJECTIVE_SECONDS - 1);
    const waste = Math.max(0, 1 - utilisation / RESOURCE_TARGET);
    const isStable = change === 0 && excess === 0 && errorShare === 0 && utilisation < RESOURCE_TARGET;
    terms[0] = -Math.min(1, excess + errorShare);
    terms[1] = -Math.max(waste, overTarget(utilisation), overTarget(memory));
    terms[2] = isReversal ? -1 : 0;
    terms[3] = isStable ? 1 : 0;
  },
};

function overTarget(share: number): number {
  return clamp((share - RESOURCE_TARGET) / (1 - RESOURCE_TARGET), 0, 1);
}
