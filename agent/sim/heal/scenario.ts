import { power } from '../power';
import type { Random } from '../random';
import { BAD_CONFIG, faultNumber, LOAD_SURGE, NO_FAULT } from './faults';
import type { HealOptions } from './healOptions';
import { TICK_SECONDS } from './tick';

/** What an episode is like; drawn anew by each reset, in place. */
export class HealScenario {
  baseReplicas = 3;
  /** Requests per second of a pod at full CPU. */
  podSpeed = 100;
  /** The part of a latency that does not queue. */
  baseLatencySeconds = 0.02;
  baseErrorShare = 0.001;
  timeoutSeconds = 5;
  sloLatencySeconds = 0.2;
  /** Requests inside a pod beyond which it refuses. */
  queueLimit = 128;
  startupSeconds = 20;
  /** How much slower a pod is right after its start. */
  coldFactor = 1.5;
  /** Share of the limit. */
  memoryBase = 0.4;
  /** How metrics are seen, see `PodMetrics`: the averages' time constant, or the scrapes' interval and delay. */
  detection: HealOptions['detection'] = 'averages';
  lagSeconds = 15;
  scrapeTicks = 2;
  delayTicks = 0;
  noise = 0.05;
  /** Whether readiness probes notice a process that answers nothing. */
  probesNotice = false;
  /** From a node's loss to NotReady, and from there to the eviction of its pods. */
  nodeGraceSeconds = 40;
  evictionSeconds = 100;

  /** Mean requests per second, and how they change. */
  loadMean = 100;
  loadFamily = 0;
  loadSwing = 0;
  loadPeriodSeconds = 300;
  loadPhase = 0;
  loadNoise = 0;

  fault = NO_FAULT;
  onsetSeconds = 0;
  durationSeconds = 0;
  /** Uniform in [0, 1): 0 the mildest. */
  severity = 0;
  /** Pods that it falls on. */
  hits = 1;
}

/** Load families: what `loadFamily` counts. */
export const LOAD_FAMILIES = ['steady', 'sine', 'ramp', 'bursty'] as const;

const NO_LATENCY_TAIL = 3;

export function drawScenario(scenario: HealScenario, options: HealOptions, random: Random): void {
  drawWorkload(scenario, options, random);
  drawLoad(scenario, options, random);
  drawFault(scenario, options, random);
}

function drawWorkload(scenario: HealScenario, options: HealOptions, random: Random): void {
  const [fewest, most] = options.replicas;
  scenario.baseReplicas = fewest + random.below(most - fewest + 1);
  scenario.podSpeed = 30 * power(8, random.uniform());
  scenario.baseLatencySeconds = between(random, 0.005, 0.06);
  scenario.baseErrorShare = 0.003 * random.uniform() ** 2;
  scenario.timeoutSeconds = between(random, 2, 5);
  scenario.queueLimit = 32 + random.below(225);
  scenario.startupSeconds = drawIn(options.startupSeconds, random);
  scenario.coldFactor = between(random, 1, 2);
  scenario.memoryBase = between(random, 0.25, 0.6);
  scenario.detection = options.detection;
  scenario.lagSeconds = drawIn(options.lagSeconds, random);
  scenario.scrapeTicks = Math.max(1, Math.round(drawIn(options.scrapeSeconds, random) / TICK_SECONDS));
  // The loop reads every 5 s what was scraped at some time before.
  scenario.delayTicks = random.below(2);
  scenario.noise = drawIn(options.noise, random);
  scenario.probesNotice = random.uniform() < 0.5;
  scenario.nodeGraceSeconds = between(random, 10, 40);
  scenario.evictionSeconds = between(random, 30, 300);
}

/** The objective is set as people set it: with some room above what is usual at the peak. */
function drawLoad(scenario: HealScenario, options: HealOptions, random: Random): void {
  const peakUtilisation = drawIn(options.utilisation, random);
  scenario.loadFamily = random.below(LOAD_FAMILIES.length);
  scenario.loadSwing = scenario.loadFamily === 0 ? 0 : between(random, 0.1, 0.4);
  scenario.loadPeriodSeconds = between(random, 120, 900);
  scenario.loadPhase = random.uniform();
  scenario.loadNoise = between(random, 0.01, 0.06);
  const capacity = scenario.podSpeed * scenario.baseReplicas;
  scenario.loadMean = (peakUtilisation * capacity) / (1 + scenario.loadSwing);
  const usualP95 =
    scenario.baseLatencySeconds + NO_LATENCY_TAIL / (scenario.podSpeed * (1 - peakUtilisation));
  scenario.sloLatencySeconds = usualP95 * between(random, 1.5, 2.5);
}

function drawFault(scenario: HealScenario, options: HealOptions, random: Random): void {
  const none = random.uniform() < options.noFaultShare;
  const name = options.faults[random.below(options.faults.length)];
  scenario.fault = none || name === undefined ? NO_FAULT : faultNumber(name);
  scenario.onsetSeconds = drawIn(options.onsetSeconds, random);
  scenario.durationSeconds = drawIn(options.durationSeconds, random);
  scenario.severity = random.uniform();
  // Half of the faults fall on one pod, the others on up to a third of them.
  const third = Math.ceil(scenario.baseReplicas / 3);
  scenario.hits = random.uniform() < 0.5 ? 1 : 1 + random.below(third);
  if (scenario.fault === BAD_CONFIG) scenario.hits = third;
  if (scenario.fault === LOAD_SURGE) scenario.hits = 0;
}

function drawIn([from, to]: readonly [number, number], random: Random): number {
  return between(random, from, to);
}

function between(random: Random, from: number, to: number): number {
  return from + (to - from) * random.uniform();
}
