import { SCENARIO_NAMES, type ScenarioName } from '../../../sim/canary/scenario';
import type { PodFaults } from '../../../sim/podModel';
import { NO_FAULTS } from '../../../sim/podModel';

/** On a pod, its template or its workload: how its version behaves. Goes before what the image's tag says. */
export const SCENARIO_ANNOTATION = 'coxswain.dev/scenario';

/** How much harm a scenario does; about the middle of what `agent/sim/canary/scenario.ts` draws. */
export const MAGNITUDES = {
  buggyErrorShare: 0.1,
  degradingAfterSeconds: 300,
  degradingWithinSeconds: 300,
  degradingErrorShare: 0.1,
  degradingLatencyFactor: 1.6,
  /** Share of the half minutes with a spike, and the errors in it. */
  flakySpikeShare: 0.25,
  flakyErrorShare: 0.2,
  leakFillsSeconds: 1200,
  latencyFactor: 1.6,
  /** Of the requests to the last route that the app declares. */
  brokenRouteErrorShare: 0.8,
  /** Of all requests, where it declares none. */
  brokenErrorShare: 0.05,
  lowTrafficRequestsPerSecond: 0.5,
  /** At least so many errors are there for noise to multiply. */
  noisyErrorShare: 0.005,
} as const;

/** What a version does to its pods at one moment. */
export interface ScenarioEffect {
  faults: PodFaults;
  /** Share of the requests to a route that fail beside all others. */
  brokenShares: ReadonlyMap<string, number>;
}

export interface ScenarioMoment {
  /** Since the container has started, or the scenario has begun. */
  ageSeconds: number;
  /** Uniform in [0, 1), the same for all pods of a version within a half minute. */
  spike: number;
  /** By what noise multiplies errors now; 1 where nothing behind the host is noisy. */
  noise: number;
  memoryBytes: number;
  memoryBaseBytes: number;
  memoryLimitBytes: number;
  /** Errors of a version that is well. */
  errorShare: number;
  /** The app's, in the order in which it declares them. */
  routes: readonly string[];
}

const NONE_BROKEN: ReadonlyMap<string, number> = new Map();

/** Pure. `low-traffic` and `no-traffic` are the load's, see `trafficLimit`. */
export function scenarioEffect(name: ScenarioName, moment: ScenarioMoment): ScenarioEffect {
  const usual = usualErrors(moment);
  const faults = (changes: Partial<PodFaults> = {}, extraErrors = 0): PodFaults => ({
    ...NO_FAULTS,
    ...changes,
    errorShare: 1 - (1 - usual) * (1 - extraErrors),
  });
  const effect = (changes: Partial<PodFaults>, extraErrors = 0): ScenarioEffect => ({
    faults: faults(changes, extraErrors),
    brokenShares: NONE_BROKEN,
  });
  switch (name) {
    case 'buggy':
      return effect({}, MAGNITUDES.buggyErrorShare);
    case 'degrading': {
      const harm = degraded(moment.ageSeconds);
      const latencyFactor = 1 + (MAGNITUDES.degradingLatencyFactor - 1) * harm;
      return effect({ latencyFactor }, MAGNITUDES.degradingErrorShare * harm);
    }
    case 'flaky':
      return effect({}, moment.spike < MAGNITUDES.flakySpikeShare ? MAGNITUDES.flakyErrorShare : 0);
    case 'slow-leak':
      return effect(leak(moment));
    case 'latency-only':
      return effect({ latencyFactor: MAGNITUDES.latencyFactor });
    case 'one-endpoint-broken': {
      const broken = moment.routes.at(-1);
      if (broken === undefined) return effect({}, MAGNITUDES.brokenErrorShare);
      return { faults: faults(), brokenShares: new Map([[broken, MAGNITUDES.brokenRouteErrorShare]]) };
    }
    default:
      return effect({});
  }
}

/** The most requests per second that a host gets while such a version is behind it; null for no limit. */
export function trafficLimit(names: readonly ScenarioName[]): number | null {
  if (names.includes('no-traffic')) return 0;
  return names.includes('low-traffic') ? MAGNITUDES.lowTrafficRequestsPerSecond : null;
}

/** By the tag's end: `2.0.0-buggy`, or the tag alone: `flaky`. */
export function scenarioOfImage(image: string): ScenarioName {
  const tag = versionOf(image);
  return SCENARIO_NAMES.find((name) => tag === name || tag.endsWith(`-${name}`)) ?? 'healthy';
}

/** The image's tag, or its digest; `latest` where it has neither. */
export function versionOf(image: string): string {
  const [name = '', digest] = image.split('@');
  return /:(?<tag>[^/:]+)$/.exec(name)?.groups?.tag ?? digest ?? 'latest';
}

function usualErrors({ errorShare, noise }: ScenarioMoment): number {
  return noise === 1 ? errorShare : Math.min(0.9, Math.max(errorShare, MAGNITUDES.noisyErrorShare) * noise);
}

function degraded(ageSeconds: number): number {
  const since = ageSeconds - MAGNITUDES.degradingAfterSeconds;
  return Math.min(1, Math.max(0, since / MAGNITUDES.degradingWithinSeconds));
}

/** Above this share of its memory a process spends ever more of its time on freeing some. */
const MEMORY_PRESSURE = 0.8;
const PRESSURE_COST = 3;

function leak({ memoryBytes, memoryBaseBytes, memoryLimitBytes }: ScenarioMoment): Partial<PodFaults> {
  const room = Number.isFinite(memoryLimitBytes) ? memoryLimitBytes - memoryBaseBytes : memoryBaseBytes;
  const pressure = Math.max(0, memoryBytes / memoryLimitBytes - MEMORY_PRESSURE);
  return {
    ballastBytes: 2 * room,
    ballastBytesPerSecond: room / MAGNITUDES.leakFillsSeconds,
    latencyFactor: 1 + PRESSURE_COST * pressure,
  };
}
