import type { Random } from '../random';

/**
 * A kind of load: fills `points`, one per control step, with values around 0…1 of the peak. Time constants below are in
 * control steps of 15 s.
 */
type Family = (points: Float32Array, random: Random) => void;

const TURN = 2 * Math.PI;

/** An unchanging rate. */
const constant: Family = (points, random) => {
  points.fill(between(random, 0.2, 1));
};

/** A smooth cycle of 20 minutes to 8 hours. */
const diurnal: Family = (points, random) => {
  const period = 80 * Math.exp(3.2 * random.uniform());
  const phase = TURN * random.uniform();
  for (let step = 0; step < points.length; step++) {
    points[step] = 0.54 + 0.46 * Math.sin((TURN * step) / period + phase);
  }
};

/** Straight lines of 2.5 to 27 minutes between plateaus. */
const ramp: Family = (points, random) => {
  let level = between(random, 0.1, 0.6);
  let step = 0;
  while (step < points.length) {
    const next = between(random, 0.05, 1);
    const rising = wholeBetween(random, 10, 110);
    for (let i = 0; i < rising && step < points.length; i++) {
      points[step++] = level + ((next - level) * i) / rising;
    }
    level = next;
    step = hold(points, step, wholeBetween(random, 10, 70), level);
  }
};

/** A few bell-shaped peaks at random times on a steady base. */
const spike: Family = (points, random) => {
  points.fill(between(random, 0.07, 0.42));
  for (let peaks = wholeBetween(random, 2, 8); peaks > 0; peaks--) {
    const centre = random.below(points.length);
    const width = between(random, 2, 17);
    const height = between(random, 0.3, 0.9);
    for (let step = 0; step < points.length; step++) {
      const distance = (step - centre) / width;
      if (Math.abs(distance) < 4) add(points, step, height * Math.exp(-distance * distance));
    }
  }
};

/** Crowds that come within seconds to three minutes and go slowly. */
const flashCrowd: Family = (points, random) => {
  points.fill(between(random, 0.06, 0.36));
  for (let crowds = wholeBetween(random, 1, 4); crowds > 0; crowds--) {
    const arrival = random.below(points.length);
    const rising = between(random, 1, 13);
    const falling = between(random, 15, 95);
    const height = between(random, 0.3, 1);
    for (let step = 0; step < points.length; step++) {
      const since = step - arrival;
      add(points, step, height * Math.exp(since < 0 ? (2 * since) / rising : -since / falling));
    }
  }
};

/** Two levels with exponential times in each: a Markov-modulated Poisson process. */
const onOff: Family = (points, random) => {
  const low = between(random, 0.05, 0.45);
  const high = low + between(random, 0.1, 0.7);
  const meanHigh = between(random, 8, 68);
  const meanLow = between(random, 8, 108);
  let isHigh = random.uniform() < 0.5;
  let step = 0;
  while (step < points.length) {
    const steps = 1 + Math.floor(random.exponential(isHigh ? meanHigh : meanLow));
    step = hold(points, step, steps, isHigh ? high : low);
    isHigh = !isHigh;
  }
};

/** A level with correlated noise. */
const noisy: Family = (points, random) => {
  const level = between(random, 0.2, 0.7);
  const deviation = between(random, 0.03, 0.15);
  const memory = between(random, 0.6, 0.98);
  let noise = 0;
  for (let step = 0; step < points.length; step++) {
    noise = memory * noise + deviation * random.gaussian();
    points[step] = Math.max(0.02, level + noise);
  }
};

/** Log-normal levels, each held for up to two minutes, sharp or joined by lines, on a cycle. */
const heavyTailed: Family = (points, random) => {
  const sigma = between(random, 0.2, 0.8);
  const memory = between(random, 0, 0.9);
  const held = wholeBetween(random, 1, 9);
  const joined = held > 2 && random.uniform() < 0.7;
  const base = between(random, 0.05, 0.35);
  const period = 60 * Math.exp(3 * random.uniform());
  const cycle = between(random, 0, 0.8);
  let exponent = 0;
  let before = 0;
  for (let start = 0; start < points.length; start += held) {
    exponent = memory * exponent + Math.sqrt(1 - memory * memory) * sigma * random.gaussian();
    const level = base * Math.exp(exponent) * (1 + cycle * Math.sin((TURN * start) / period));
    const from = start === 0 || !joined ? level : before;
    for (let i = 0; i < held && start + i < points.length; i++) {
      points[start + i] = from + ((level - from) * i) / held;
    }
    before = level;
  }
};

/** Bursts of one height that come back at even intervals of 4 to 70 minutes: cron jobs, batches. */
const recurringBurst: Family = (points, random) => {
  const base = between(random, 0.05, 0.35);
  const gap = 10 * Math.exp(3.3 * random.uniform());
  const height = between(random, 0.2, 1);
  const burst = between(random, 4, 24);
  let phase = random.uniform() * gap;
  for (let step = 0; step < points.length; step++) {
    phase = (phase + 1) % (gap + burst);
    points[step] = base + (phase > gap ? height : 0);
  }
};

const FAMILIES = {
  constant,
  diurnal,
  ramp,
  spike,
  'flash-crowd': flashCrowd,
  'on-off': onOff,
  noisy,
  'heavy-tailed': heavyTailed,
  'recurring-burst': recurringBurst,
} satisfies Record<string, Family>;

export type LoadFamily = keyof typeof FAMILIES;
export const LOAD_FAMILIES = Object.keys(FAMILIES) as [LoadFamily, ...LoadFamily[]];

/** Below it an app idles; above it the curve is cut. */
const LEAST = 0.01;

/** A curve of the family with up to 5 % of white noise, within 0.01…1. Allocates nothing. */
export function drawLoad(family: LoadFamily, points: Float32Array, random: Random): void {
  FAMILIES[family](points, random);
  const noise = 0.05 * random.uniform();
  for (let step = 0; step < points.length; step++) {
    const value = (points[step] as number) * (1 + noise * random.gaussian());
    points[step] = value < LEAST ? LEAST : value > 1 ? 1 : value;
  }
}

function between(random: Random, least: number, most: number): number {
  return least + (most - least) * random.uniform();
}

/** A whole number in [least, end). */
function wholeBetween(random: Random, least: number, end: number): number {
  return least + random.below(end - least);
}

/** @returns the step after those that were filled */
function hold(points: Float32Array, from: number, steps: number, level: number): number {
  const end = Math.min(points.length, from + steps);
  points.fill(level, from, end);
  return end;
}

function add(points: Float32Array, step: number, height: number): void {
  points[step] = (points[step] as number) + height;
}
