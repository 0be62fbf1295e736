import { power } from '../power';
import type { Random } from '../random';
import type { CanaryOptions } from './canaryOptions';
import type { CanaryScenario, ScenarioName } from './scenario';

const LEAST_POINTS = 0.02;
const LEAST_ERROR_SHARE = 0.005;
const LEAST_RATIO = 3;
const LEAST_P95_RATIO = 1.25;
const MOST_P95_RATIO = 3;
/** Share of episodes of every kind with noise, with spikes of both versions, and with an incident of both. */
const UNQUIET_SHARE = 0.15;

export function drawScenario(scenario: CanaryScenario, options: CanaryOptions, random: Random): void {
  scenario.name = options.scenarios[random.below(options.scenarios.length)] ?? 'healthy';
  drawWorkload(scenario, options, random);
  drawHarm(scenario, scenario.name, 0, random);
}

/**
 * Draws what is wrong with the canary from now on, for the same workload. What was wrong before is over.
 *
 * @param nowSeconds since the start of the release
 */
export function drawHarm(
  scenario: CanaryScenario,
  name: ScenarioName,
  nowSeconds: number,
  random: Random,
): void {
  scenario.name = name;
  scenario.bad = false;
  scenario.rampSeconds = scenario.extraErrorShare = scenario.leakPerSecond = scenario.harmlessWeight = 0;
  scenario.onsetSeconds = nowSeconds;
  scenario.latencyFactor = scenario.spikeShare = scenario.routes = 1;
  scenario.stableMix = scenario.canaryMix = 0;
  scenario.routeLatency = scenario.routeErrors = 1;
  scenario.harmsRoute = false;
  DRAWERS[name]?.(scenario, random);
  scenario.provable = scenario.requestsPerSecond > 0;
}

function drawWorkload(scenario: CanaryScenario, options: CanaryOptions, random: Random): void {
  const [least, most] = options.requestsPerSecond;
  scenario.requestsPerSecond = least * power(most / least, random.uniform());
  scenario.trafficSwing = 0.4 * random.uniform();
  scenario.trafficPeriodSeconds = between(random, 600, 7200);
  scenario.trafficPhase = random.uniform();
  scenario.baseErrorShare = 0.0005 * power(20, random.uniform());
  scenario.drift = 0.3 * random.uniform();
  scenario.dispersion = 0.3 * random.uniform();
  scenario.clusterSize = 1;
  scenario.commonSpikeShare = scenario.commonErrorShare = 0;
  scenario.incidentFromSeconds = scenario.incidentSeconds = scenario.incidentErrorShare = 0;
  scenario.incidentFactor = 1;
  // Otherwise noise and spikes of both versions would tell a policy that the canary is good.
  if (random.uniform() < UNQUIET_SHARE) makeNoisy(scenario, random);
  if (random.uniform() < UNQUIET_SHARE) spikeBoth(scenario, random);
  if (random.uniform() < UNQUIET_SHARE) hitBoth(scenario, random);
  scenario.slowShare = between(random, 0.05, 0.1);
  scenario.latencyFloor = between(random, 0.1, 0.5);
  scenario.latencyNoise = between(random, 0.01, 0.08);
  scenario.latencyDrift = 0.08 * random.uniform();
  scenario.latencyScatter = 0.02 * random.uniform();
  scenario.lag = random.below(3);
  scenario.memoryBase = between(random, 0.25, 0.6);
  scenario.cpuBase = between(random, 0.2, 0.6);
  drawNewVersion(scenario, random);
}

function drawNewVersion(scenario: CanaryScenario, random: Random): void {
  scenario.usualLatencyRatio = between(random, 0.92, 1.1);
  scenario.usualErrorRatio = between(random, 0.7, 1.3);
  scenario.coldFactor = between(random, 1, 1.6);
  scenario.coldSeconds = between(random, 60, 360);
  scenario.coldErrorShare = 0;
  scenario.coldErrorSeconds = between(random, 30, 90);
  scenario.warmMemory = between(random, 0, 0.15);
}

const DRAWERS: Partial<Record<ScenarioName, (scenario: CanaryScenario, random: Random) => void>> = {
  buggy: (scenario, random) => harmErrors(scenario, 0.5, random),
  degrading(scenario, random) {
    scenario.onsetSeconds += between(random, 300, 1500);
    scenario.rampSeconds = between(random, 60, 900);
    harmSomehow(scenario, random);
  },
  flaky(scenario, random) {
    if (random.uniform() < 0.5) {
      scenario.spikeShare = between(random, 0.1, 0.4);
      harmErrors(scenario, 0.6, random, 0.1);
    } else spikeBoth(scenario, random);
  },
  'slow-leak'(scenario, random) {
    scenario.bad = true;
    scenario.leakPerSecond = (1 - scenario.memoryBase) / between(random, 600, 2400);
  },
  'latency-only': (scenario, random) => harmLatency(scenario, random),
  'one-endpoint-broken'(scenario, random) {
    scenario.routes = 2;
    scenario.stableMix = scenario.canaryMix = between(random, 0.03, 0.15);
    scenario.harmsRoute = true;
    scenario.bad = true;
    scenario.extraErrorShare = scenario.canaryMix * between(random, 0.7, 1);
  },
  'low-traffic'(scenario, random) {
    scenario.requestsPerSecond = 0.2 * power(5, random.uniform());
    if (random.uniform() < 0.5) harmErrors(scenario, 0.6, random);
  },
  'no-traffic'(scenario) {
    scenario.requestsPerSecond = 0;
  },
  'noisy-stable': (scenario, random) => makeNoisy(scenario, random),
  'late-failure'(scenario, random) {
    scenario.onsetSeconds += between(random, 900, 2700);
    scenario.rampSeconds = between(random, 0, 300);
    harmSomehow(scenario, random);
  },
  'clustered-errors'(scenario, random) {
    scenario.clusterSize = 3 + random.below(6);
  },
  'slower-mix'(scenario, random) {
    scenario.routes = 2;
    scenario.stableMix = between(random, 0.1, 0.3);
    scenario.canaryMix = scenario.stableMix * between(random, 1.5, 2.5);
    scenario.routeLatency = between(random, 1.3, 2.5);
    scenario.routeErrors = between(random, 1, 5);
  },
  'common-incident': (scenario, random) => hitBoth(scenario, random),
  'cold-start'(scenario, random) {
    scenario.coldFactor = between(random, 1.5, 3);
    scenario.coldSeconds = between(random, 200, 420);
    scenario.coldErrorShare = between(random, 0.005, 0.05);
  },
  'breaks-under-load'(scenario, random) {
    scenario.harmlessWeight = between(random, 0.1, 0.45);
    harmSomehow(scenario, random);
  },
};

function harmSomehow(scenario: CanaryScenario, random: Random): void {
  if (random.uniform() < 0.5) harmLatency(scenario, random);
  else harmErrors(scenario, 0.5, random);
}

/**
 * At least two points more than the stable version, or three times as many and half a per cent: half of the harms may
 * be that small. Small harms are as frequent as great ones, by their logarithm.
 */
function harmErrors(scenario: CanaryScenario, most: number, random: Random, least = 0): void {
  const { baseErrorShare, usualErrorRatio } = scenario;
  const own = baseErrorShare * usualErrorRatio;
  const points = LEAST_POINTS + Math.max(0, baseErrorShare - own);
  const ratio = Math.max(LEAST_RATIO * baseErrorShare, LEAST_ERROR_SHARE) - own;
  const smallest = Math.max(least, random.uniform() < 0.5 ? points : Math.min(points, ratio));
  scenario.bad = true;
  scenario.extraErrorShare = smallest * power(most / smallest, random.uniform());
}

/** A p95 of at least 1.25 times the stable one. */
function harmLatency(scenario: CanaryScenario, random: Random): void {
  scenario.bad = true;
  scenario.latencyFactor = between(random, LEAST_P95_RATIO, MOST_P95_RATIO) / scenario.usualLatencyRatio;
}

function spikeBoth(scenario: CanaryScenario, random: Random): void {
  scenario.commonSpikeShare = between(random, 0.1, 0.4);
  scenario.commonErrorShare = LEAST_POINTS * power(30, random.uniform());
}

function hitBoth(scenario: CanaryScenario, random: Random): void {
  scenario.incidentFromSeconds = between(random, 120, 3600);
  scenario.incidentSeconds = between(random, 300, 1200);
  scenario.incidentErrorShare = LEAST_POINTS * power(15, random.uniform());
  scenario.incidentFactor = between(random, 1, 3);
}

function makeNoisy(scenario: CanaryScenario, random: Random): void {
  scenario.drift = between(random, 0.6, 1.2);
  scenario.dispersion = between(random, 0.4, 0.8);
}

function between(random: Random, from: number, to: number): number {
  return from + (to - from) * random.uniform();
}
