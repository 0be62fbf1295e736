import { CONTROL_STEP_SECONDS } from '../../sim/scale/units';
import type { Load } from './load';

/** A stretch of the load that is replayed in one go, in control steps of the whole load. */
export interface Passage {
  /** Where the replay begins. What is before `countedFrom` only fills histories. */
  from: number;
  countedFrom: number;
  /** How long each counted segment is; they follow each other. */
  segments: readonly number[];
}

/** The first part tunes, the rest judges: what was tuned has not seen what it is judged by. */
export interface Split {
  tune: readonly Passage[];
  judge: readonly Passage[];
  /** Where the judged part begins. */
  boundary: number;
}

const TUNED_SHARE = 0.6;
/** An hour: as far back as any rule or observation looks. */
const LEAD_IN_STEPS = 3600 / CONTROL_STEP_SECONDS;
/** Of a load that is longer, stretches evenly over all of it are replayed. */
const MOST_STEPS = { tune: 5760, judge: 8640 } as const;
/** How many stretches, or segments of one that is replayed as a whole: enough to draw them anew. */
export const SEGMENTS = 12;
/** Ten minutes; a shorter one says too little. */
const LEAST_SEGMENT_STEPS = 600 / CONTROL_STEP_SECONDS;

export function splitLoad(load: Load): Split {
  const boundary = Math.floor(TUNED_SHARE * load.length);
  return {
    tune: passagesOf(0, boundary, MOST_STEPS.tune),
    judge: passagesOf(boundary, load.length, MOST_STEPS.judge),
    boundary,
  };
}

export function countedSteps(passages: readonly Passage[]): number {
  return passages.reduce((sum, { segments }) => sum + total(segments), 0);
}

/** How many stretches can be drawn anew, to tell what holds on another day from what held on this one. */
export function segmentCount(passages: readonly Passage[]): number {
  return passages.reduce((sum, { segments }) => sum + segments.length, 0);
}

/** The end of a passage. */
export function endOf({ countedFrom, segments }: Passage): number {
  return countedFrom + total(segments);
}

function passagesOf(start: number, end: number, most: number): Passage[] {
  const steps = end - start;
  if (steps <= most) {
    const count = Math.max(1, Math.min(SEGMENTS, Math.floor(steps / LEAST_SEGMENT_STEPS)));
    return [passage(start, parts(steps, count))];
  }
  const length = Math.floor(most / SEGMENTS);
  const stride = (steps - length) / (SEGMENTS - 1);
  return Array.from({ length: SEGMENTS }, (_, index) =>
    passage(start + Math.round(index * stride), [length]),
  );
}

function passage(countedFrom: number, segments: readonly number[]): Passage {
  return { from: Math.max(0, countedFrom - LEAD_IN_STEPS), countedFrom, segments };
}

/** `steps` in so many parts that differ by one at most. */
function parts(steps: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const until = Math.floor(((index + 1) * steps) / count);
    return until - Math.floor((index * steps) / count);
  });
}

function total(segments: readonly number[]): number {
  return segments.reduce((sum, steps) => sum + steps, 0);
}
