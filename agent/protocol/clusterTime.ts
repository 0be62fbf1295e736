import type { AgentSnapshot } from './snapshot';

type ClockMapping = AgentSnapshot['clock'];

/** Cluster time at a wall time, milliseconds since the Unix epoch. */
export function clusterNowMs(clock: ClockMapping, wallMs: number): number {
  return clock.originMs + (wallMs - clock.wallOriginMs) * clock.rate;
}

/** The wall time that a person has until a cluster time, milliseconds; never negative. */
export function wallTimeLeftMs(clock: ClockMapping, untilMs: number, wallMs: number): number {
  return Math.max(0, untilMs - clusterNowMs(clock, wallMs)) / clock.rate;
}
