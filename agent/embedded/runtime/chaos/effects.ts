import type { PodFaults, PodModel } from '../../../sim/podModel';
import { NO_FAULTS } from '../../../sim/podModel';
import { effectOf, type HttpRule, LOAD_PATH } from '../nodes/podHttp';
import type { StressChaosSpec } from './experiments';

/** All that an experiment does to one pod. */
export interface Effects {
  faults: PodFaults;
  httpRules: readonly HttpRule[];
  /** By so much its clock is ahead. */
  clockOffsetMs: number;
}

export const NO_EFFECTS: Effects = { faults: NO_FAULTS, httpRules: [], clockOffsetMs: 0 };

/** How long memory stress takes to fill its size. */
const FILL_SECONDS = 20;

/**
 * What a StressChaos does to a pod. Its workers run in the container's own cgroup: they take what they load, but of
 * the quota never more than their share by threads, the application counted as one (CFS shares it equally).
 */
export function stressFaults({ stressors }: StressChaosSpec, model: PodModel): PodFaults {
  const { cpu, memory } = stressors;
  if (!cpu && !memory) throw new RangeError('at least one of the stressors cpu and memory is needed');
  const workers = cpu?.workers ?? 0;
  const demandCores = workers * ((cpu?.load ?? 0) / 100);
  // The workers share the size between them.
  const ballastBytes = memory && memory.workers > 0 ? parseSize(memory.size ?? '100%', model) : 0;
  return {
    ...NO_FAULTS,
    cpuStolenCores: Math.min(demandCores, (model.cpuLimitCores * workers) / (workers + 1)),
    ballastBytes,
    ballastBytesPerSecond: ballastBytes / FILL_SECONDS,
  };
}

/** What all experiments together do to a pod whose load comes in at `loadPort`. */
export function addEffects(all: readonly Effects[], loadPort: number | undefined): Effects {
  const httpRules = all.flatMap((effects) => effects.httpRules);
  const faults = addFaults(all.map((effects) => effects.faults));
  const onLoad = effectOf(httpRules, loadPort, LOAD_PATH);
  faults.delaySeconds += onLoad.delaySeconds;
  if (onLoad.abort) faults.abortShare = 1;
  if (onLoad.status !== null && onLoad.status >= 500) faults.errorShare = 1;
  return { faults, httpRules, clockOffsetMs: all.reduce((sum, { clockOffsetMs }) => sum + clockOffsetMs, 0) };
}

/** All faults of a pod together. */
export function addFaults(all: readonly PodFaults[]): PodFaults {
  const total = { ...NO_FAULTS };
  for (const faults of all) {
    total.cpuStolenCores += faults.cpuStolenCores;
    total.ballastBytes += faults.ballastBytes;
    total.ballastBytesPerSecond += faults.ballastBytesPerSecond;
    total.delaySeconds += faults.delaySeconds;
    total.delayJitterSeconds = Math.hypot(total.delayJitterSeconds, faults.delayJitterSeconds);
    total.lossShare = either(total.lossShare, faults.lossShare);
    total.abortShare = either(total.abortShare, faults.abortShare);
    total.errorShare = either(total.errorShare, faults.errorShare);
    addSlowness(total, faults);
    total.latencyFactor *= faults.latencyFactor;
    total.linkRate = Math.min(total.linkRate, faults.linkRate);
    total.linkQueue = Math.min(total.linkQueue, faults.linkQueue);
  }
  return total;
}

/** The chance of one or the other of two independent chances. */
function either(a: number, b: number): number {
  return 1 - (1 - a) * (1 - b);
}

/** Keeps the mean delay; which requests wait how long becomes one average. */
function addSlowness(total: PodFaults, { slowShare, slowSeconds }: PodFaults): void {
  if (slowShare === 0) return;
  const sum = total.slowShare * total.slowSeconds + slowShare * slowSeconds;
  total.slowShare = either(total.slowShare, slowShare);
  total.slowSeconds = sum / total.slowShare;
}

const SIZE_UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `256MB` or `256MiB` (both 2^20, as in Chaos Mesh), `1024`, or a share of the limit as `80%`. */
function parseSize(text: string, model: PodModel): number {
  const { amount, unit = '' } =
    /^(?<amount>\d+(?:\.\d+)?)\s*(?<unit>%|[KMGT]?(?:i?B)?)$/i.exec(text.trim())?.groups ?? {};
  if (amount === undefined) throw new RangeError(`not a size: ${text}`);
  if (unit !== '%') return Number(amount) * (SIZE_UNITS[unit.charAt(0).toUpperCase()] ?? 1);
  if (!Number.isFinite(model.memoryLimitBytes)) throw new RangeError(`${text}: the pod has no memory limit`);
  return (Number(amount) / 100) * model.memoryLimitBytes;
}

/** A percentage without its sign, as a share. Throws RangeError. */
export function parsePercent(text: string): number {
  const percent = Number(text);
  if (!(percent >= 0 && percent <= 100)) throw new RangeError(`not a percentage: ${text}`);
  return percent / 100;
}
