import { FAILURE_SCALE_SECONDS, REPLICA_SCALE } from '../spec';
import { CRASHING, DRAINED, NOT_READY, SERVING } from './podCondition';
import { STAND_OUT_FACTOR } from './podScore';
import type { RichLook } from './richLook';
import { MOST_EVIDENCE, type RichMemory } from './richMemory';
import { RICH_FIELDS } from './richSpec';

const LONG_UNREADY_SECONDS = 120;
const LONG_SUSPECT_SECONDS = 60;
const FEW = 5;
/** Standard deviations at which the significance of errors is one half. */
const SIGNIFICANT = 4;
const ACTIONS = 4;
/** As in the live assessment. */
const LEAST_ERROR_RATE = 1e-4;

const BOUNDS = RICH_FIELDS.map(({ min, max, default: absent }) => ({ min, max, absent }));
const MIN = Float64Array.from(BOUNDS, ({ min }) => min);
const MAX = Float64Array.from(BOUNDS, ({ max }) => max);
const ABSENT = Float64Array.from(BOUNDS, ({ absent }) => absent);

/**
 * Writes all of `RICH_FIELDS`, in their order, each within its range; what is not known takes its field's default.
 * Allocates nothing.
 *
 * @param memory has taken in this look
 * @param out at least as long as `RICH_FIELDS`
 */
export function writeRich(look: Readonly<RichLook>, memory: Readonly<RichMemory>, out: RichOutput): void {
  let at = writeNine(look, out, 0);
  at = writePods(look, out, at);
  at = writeMetrics(look, memory, out, at);
  at = writeSuspect(look, memory, out, at);
  at = writeCrashes(look, memory, out, at);
  at = writeActions(look, memory, out, at);
  at = writeEvidence(look, memory, out, at);
  for (let field = 0; field < at; field++) {
    const value = out[field] as number;
    const least = MIN[field] as number;
    const most = MAX[field] as number;
    if (Number.isNaN(value)) out[field] = ABSENT[field] as number;
    else if (value < least) out[field] = least;
    else if (value > most) out[field] = most;
  }
}

export type RichOutput = Float32Array | Float64Array | number[];

/** The nine numbers of seed 002, as `observeHeal` gives them, but not cut to their range. @returns the next place */
export function writeNine(look: Readonly<RichLook>, out: RichOutput, from: number): number {
  let at = from;
  let healthy = 0;
  let degraded = 0;
  let crashed = 0;
  for (let pod = 0; pod < look.count; pod++) {
    const condition = look.condition[pod] as number;
    const slow = condition === SERVING && (look.pods.latencyRatio[pod] as number) >= STAND_OUT_FACTOR;
    if (condition === CRASHING) crashed++;
    else if (condition === NOT_READY || slow) degraded++;
    else if (condition === SERVING) healthy++;
  }
  out[at++] = healthy / REPLICA_SCALE;
  out[at++] = degraded / REPLICA_SCALE;
  out[at++] = crashed / REPLICA_SCALE;
  out[at++] = look.cpu;
  out[at++] = look.memory;
  out[at++] = look.p95Seconds;
  out[at++] = look.errorRate;
  out[at++] = look.unhealthySeconds / FAILURE_SCALE_SECONDS;
  out[at++] = look.wanted / REPLICA_SCALE;
  return at;
}

function writePods(look: Readonly<RichLook>, out: RichOutput, from: number): number {
  let at = from;
  let warming = 0;
  let drained = 0;
  let longestUnready = 0;
  for (let pod = 0; pod < look.count; pod++) {
    if (look.warming[pod] === 1) warming++;
    if (look.condition[pod] === DRAINED) drained++;
    longestUnready = Math.max(longestUnready, look.unreadySeconds[pod] as number);
  }
  out[at++] = look.ready / Math.max(1, look.wanted);
  out[at++] = warming / REPLICA_SCALE;
  out[at++] = drained / REPLICA_SCALE;
  out[at++] = (look.wanted - look.base) / REPLICA_SCALE;
  out[at++] = longestUnready / LONG_UNREADY_SECONDS;
  return at;
}

function writeMetrics(
  look: Readonly<RichLook>,
  memory: Readonly<RichMemory>,
  out: RichOutput,
  from: number,
): number {
  let at = from;
  const { latencies, errors, cpus, memories, violatingShare, errorSignificance } = look.pods;
  const medianLatency = latencies.median();
  out[at++] = contrastOf(look.p95Seconds, look.sloSeconds);
  out[at++] = errorsAgainst(look.errorRate, look.sloErrorRate);
  out[at++] = contrastOf(medianLatency, look.sloSeconds);
  out[at++] = errors.size === 0 ? Number.NaN : errorsAgainst(errors.median(), look.sloErrorRate);
  out[at++] = contrastOf(latencies.worst(), medianLatency);
  out[at++] = errors.gap();
  out[at++] = errorSignificance / (Math.abs(errorSignificance) + SIGNIFICANT);
  out[at++] = cpus.gap();
  out[at++] = memories.gap();
  out[at++] = memories.worst();
  out[at++] = violatingShare;
  out[at++] = contrastOf(look.requestRate / Math.max(1, look.ready), memory.usualLoadPerPod);
  out[at++] = look.ready > 1 ? (look.cpu * look.ready) / (look.ready - 1) : 1;
  return at;
}

function writeSuspect(
  look: Readonly<RichLook>,
  memory: Readonly<RichMemory>,
  out: RichOutput,
  from: number,
): number {
  let at = from;
  const { suspect, suspectScore } = look.pods;
  const condition = suspect < 0 ? SERVING : (look.condition[suspect] as number);
  out[at++] = condition === CRASHING ? 1 : 0;
  out[at++] = condition === NOT_READY ? 1 : 0;
  out[at++] = suspect >= 0 && condition === SERVING ? contrastOf(suspectScore, 1) : 0;
  out[at++] = memory.suspectSeconds / LONG_SUSPECT_SECONDS;
  out[at++] = suspect < 0 ? 0 : (look.restarts[suspect] as number) / FEW;
  return at;
}

function writeCrashes(
  look: Readonly<RichLook>,
  memory: Readonly<RichMemory>,
  out: RichOutput,
  from: number,
): number {
  let at = from;
  out[at++] = memory.recentCrashes / FEW;
  out[at++] = memory.recentYoungCrashes / FEW;
  out[at++] = look.lastCrashSeconds / FAILURE_SCALE_SECONDS;
  out[at++] = look.lastCrashOom;
  return at;
}

function writeActions(
  look: Readonly<RichLook>,
  memory: Readonly<RichMemory>,
  out: RichOutput,
  from: number,
): number {
  let at = from;
  const acted = memory.lastAction !== 0;
  out[at++] = memory.canAct(look.now) ? 1 : 0;
  out[at++] = (look.now - memory.actedAt) / FAILURE_SCALE_SECONDS;
  out[at++] = memory.recentActions / FEW;
  for (let kind = 1; kind <= ACTIONS; kind++) out[at++] = memory.lastAction === kind ? 1 : 0;
  out[at++] = acted ? contrastOf(look.p95Seconds, memory.p95AtAction) : 0;
  out[at++] = acted ? look.errorRate - memory.errorsAtAction : 0;
  out[at++] = contrastOf(look.p95Seconds, memory.usualP95);
  out[at++] = look.errorRate - memory.usualErrors;
  return at;
}

function writeEvidence(
  look: Readonly<RichLook>,
  memory: Readonly<RichMemory>,
  out: RichOutput,
  from: number,
): number {
  let at = from;
  out[at++] = memory.outlierEvidence / MOST_EVIDENCE;
  out[at++] = memory.saturationEvidence / MOST_EVIDENCE;
  out[at++] = memory.commonEvidence / MOST_EVIDENCE;
  // Within the minute after an action nothing can follow from it.
  const advice = memory.canAct(look.now) ? look.advice : 0;
  for (let kind = 1; kind <= ACTIONS; kind++) out[at++] = advice === kind ? 1 : 0;
  return at;
}

/** Of two latencies or loads, > 0; 0 where one of them is not known. */
function contrastOf(value: number, reference: number): number {
  return value > 0 && reference > 0 ? (value - reference) / (value + reference) : 0;
}

/** Of two shares. No error at all is the least there can be, and an objective of none would make any infinite. */
function errorsAgainst(share: number, objective: number): number {
  const reference = Math.max(objective, LEAST_ERROR_RATE);
  return (share - reference) / (share + reference);
}
