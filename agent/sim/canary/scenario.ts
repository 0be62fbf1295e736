import { power } from '../power';
import type { Random } from '../random';
import type { CanaryOptions } from './canaryOptions';

/** What becomes of a release, in the order of their numbers. The first four are those of seed 000. */
export const SCENARIO_NAMES = [
  'healthy',
  /** Fails from the beginning. */
  'buggy',
  /** Good at first; then gets worse. */
  'degrading',
  /** Spikes of errors: of the canary alone in one half of the episodes (bad), of both versions in the other. */
  'flaky',
  /** Memory fills until the container is killed, again and again. */
  'slow-leak',
  'latency-only',
  /** A small share of the requests fails almost always. */
  'one-endpoint-broken',
  /** Below one request per second; good or buggy. */
  'low-traffic',
  /** Nothing to judge by: a person has to. */
  'no-traffic',
  /** Errors of both versions come and go, in clusters. */
  'noisy-stable',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** What an episode is like; drawn anew by each reset, in place. */
export class CanaryScenario {
  name: ScenarioName = 'healthy';
  /** Promoting it would be wrong, at least in the long run. */
  bad = false;
  /** There is traffic to judge by. */
  provable = true;
  requestsPerSecond = 10;
  /** Share by which traffic swings around its mean, and how long a swing takes. */
  trafficSwing = 0;
  trafficPeriodSeconds = 3600;
  trafficPhase = 0;

  baseErrorShare = 0.002;
  /** Standard deviation of the logarithm of what multiplies both versions' errors, and how slowly it changes. */
  drift = 0;
  /** The same for each version and interval by itself: overdispersion of counts. */
  dispersion = 0;
  /** Part of the latency that does not vary, as a share of the usual p95. */
  latencyFloor = 0.3;
  latencyNoise = 0.05;
  /** Decisions by which metrics are late: 0, 1 or 2. */
  lag = 0;
  memoryBase = 0.4;
  cpuBase = 0.4;

  /** A new version is not the old one, and still good: latencies and errors relative to it. */
  usualLatencyRatio = 1;
  usualErrorRatio = 1;
  /** Caches fill and memory grows in the first minutes: by what factor latencies are longer, and how long at most. */
  coldFactor = 1;
  coldSeconds = 120;
  warmMemory = 0.1;

  /** When the harm begins, and how long it takes until it is whole. */
  onsetSeconds = 0;
  rampSeconds = 0;
  /** Whole harm: share of requests that fail, and by what factor latencies grow. */
  extraErrorShare = 0;
  latencyFactor = 1;
  /** Share of intervals with a spike; 1 where the harm is always there. */
  spikeShare = 1;
  /** Share of intervals with a spike of errors that is not the canary's: it hits both versions alike. */
  commonSpikeShare = 0;
  commonErrorShare = 0;
  /** Share of the memory limit that fills per second. */
  leakPerSecond = 0;
}

const LEAST_EXTRA_ERRORS = 0.02;
/** Share of episodes of every kind with noise, and share with spikes, of both versions. */
const UNQUIET_SHARE = 0.15;

export function drawScenario(scenario: CanaryScenario, options: CanaryOptions, random: Random): void {
  scenario.name = options.scenarios[random.below(options.scenarios.length)] ?? 'healthy';
  drawWorkload(scenario, options, random);
  scenario.bad = false;
  scenario.onsetSeconds = scenario.rampSeconds = scenario.extraErrorShare = scenario.leakPerSecond = 0;
  scenario.latencyFactor = scenario.spikeShare = 1;
  drawHarm(scenario, random);
  scenario.provable = scenario.requestsPerSecond > 0;
}

function drawWorkload(scenario: CanaryScenario, options: CanaryOptions, random: Random): void {
  const [least, most] = options.requestsPerSecond;
  scenario.requestsPerSecond = least * power(most / least, random.uniform());
  if (scenario.name === 'low-traffic') scenario.requestsPerSecond = 0.2 * power(5, random.uniform());
  if (scenario.name === 'no-traffic') scenario.requestsPerSecond = 0;
  scenario.trafficSwing = 0.4 * random.uniform();
  scenario.trafficPeriodSeconds = between(random, 600, 7200);
  scenario.trafficPhase = random.uniform();
  scenario.baseErrorShare = 0.0005 * power(20, random.uniform());
  scenario.drift = 0.3 * random.uniform();
  scenario.dispersion = 0.3 * random.uniform();
  // Otherwise noise and spikes of both versions would tell a policy that the canary is good.
  if (random.uniform() < UNQUIET_SHARE) makeNoisy(scenario, random);
  scenario.commonSpikeShare = scenario.commonErrorShare = 0;
  if (random.uniform() < UNQUIET_SHARE) spikeBoth(scenario, random);
  scenario.latencyFloor = between(random, 0.1, 0.5);
  scenario.latencyNoise = between(random, 0.01, 0.08);
  scenario.lag = random.below(3);
  scenario.memoryBase = between(random, 0.25, 0.6);
  scenario.cpuBase = between(random, 0.2, 0.6);
  scenario.usualLatencyRatio = between(random, 0.92, 1.1);
  scenario.usualErrorRatio = between(random, 0.7, 1.3);
  scenario.coldFactor = between(random, 1, 1.6);
  scenario.coldSeconds = between(random, 60, 360);
  scenario.warmMemory = between(random, 0, 0.15);
}

/** A regression: at least two points of errors, or a p95 of at least 1.25 times the usual one, sustained. */
function drawHarm(scenario: CanaryScenario, random: Random): void {
  switch (scenario.name) {
    case 'buggy':
      harmErrors(scenario, 0.5, random);
      break;
    case 'degrading':
      scenario.onsetSeconds = between(random, 300, 1500);
      scenario.rampSeconds = between(random, 60, 900);
      if (random.uniform() < 0.5) harmLatency(scenario, random);
      else harmErrors(scenario, 0.5, random);
      break;
    case 'flaky':
      if (random.uniform() < 0.5) {
        scenario.spikeShare = between(random, 0.1, 0.4);
        harmErrors(scenario, 0.6, random);
      } else spikeBoth(scenario, random);
      break;
    case 'slow-leak':
      scenario.bad = true;
      scenario.leakPerSecond = (1 - scenario.memoryBase) / between(random, 600, 2400);
      break;
    case 'latency-only':
      harmLatency(scenario, random);
      break;
    case 'one-endpoint-broken':
      harmErrors(scenario, 0.1, random);
      break;
    case 'low-traffic':
      if (random.uniform() < 0.5) harmErrors(scenario, 0.6, random);
      break;
    case 'noisy-stable':
      makeNoisy(scenario, random);
      break;
  }
}

/** From two points on; small harms are as frequent as great ones, by their logarithm. */
function harmErrors(scenario: CanaryScenario, most: number, random: Random): void {
  scenario.bad = true;
  scenario.extraErrorShare = LEAST_EXTRA_ERRORS * power(most / LEAST_EXTRA_ERRORS, random.uniform());
}

function harmLatency(scenario: CanaryScenario, random: Random): void {
  scenario.bad = true;
  scenario.latencyFactor = between(random, 1.3, 3);
}

function spikeBoth(scenario: CanaryScenario, random: Random): void {
  scenario.commonSpikeShare = between(random, 0.1, 0.4);
  scenario.commonErrorShare = LEAST_EXTRA_ERRORS * power(30, random.uniform());
}

function makeNoisy(scenario: CanaryScenario, random: Random): void {
  scenario.drift = between(random, 0.6, 1.2);
  scenario.dispersion = between(random, 0.4, 0.8);
}

function between(random: Random, from: number, to: number): number {
  return from + (to - from) * random.uniform();
}
