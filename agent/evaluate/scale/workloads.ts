import type { Random } from '../../sim/random';
import type { DrawLoad } from '../../sim/scale/workload';

/**
 * Loads that no training, no tuning and no choice of a policy has seen, built otherwise than the families of the
 * training (agent/sim/scale/loadFamilies.ts). An episode is a day: time constants are in hours or minutes.
 */
export interface EvaluationWorkload {
  name: string;
  /** One line for people. */
  describe: string;
  /** Fills one point per control step of 15 s with values around 0…1 of the peak. */
  draw: DrawLoad;
}

const STEPS_PER_MINUTE = 4;
const STEPS_PER_HOUR = 240;
const DAY_STEPS = 24 * STEPS_PER_HOUR;
const TURN = 2 * Math.PI;

/** Two bells about a lunch dip, each day of another size, with noise that lasts minutes. */
const officeDay: DrawLoad = (points, random) => {
  const morning = between(random, 9, 11);
  const evening = between(random, 18, 21);
  const size = between(random, 0.6, 0.9);
  const second = between(random, 0.5, 1.1) * size;
  const noise = autoregression(random, 0.9, 0.05);
  fill(points, (hour) => {
    const day = size * bell(hour, morning, 1.8) + second * bell(hour, evening, 2.2);
    return (0.06 + day) * Math.exp(noise());
  });
};

/** Log-normal levels under two volatilities that take turns, joined without a cycle: many small tenants. */
const loadBalancer: DrawLoad = (points, random) => {
  const calm = between(random, 0.03, 0.06);
  const wild = between(random, 0.15, 0.35);
  let isWild = false;
  let exponent = 0;
  let level = 0;
  fill(points, (_, step) => {
    if (random.uniform() < (isWild ? 1 / 60 : 1 / 400)) isWild = !isWild;
    if (step % 2 === 0) {
      exponent = 0.96 * exponent + (isWild ? wild : calm) * random.gaussian() * heavyTail(random);
      exponent = Math.max(-2.5, Math.min(1.6, exponent));
    }
    level += 0.5 * (0.25 * Math.exp(exponent) - level);
    return level;
  });
};

/** Doors that open: nothing, then everybody within a minute, then a tail that falls like 1/t. */
const ticketSale: DrawLoad = (points, random) => {
  const base = between(random, 0.04, 0.12);
  const sales = Array.from({ length: 2 + random.below(4) }, () => ({
    start: random.below(points.length),
    height: between(random, 0.4, 0.9),
    halvedAfter: between(random, 8, 40) * STEPS_PER_MINUTE,
  }));
  fill(points, (_, step) =>
    sales.reduce((sum, { start, height, halvedAfter }) => {
      const since = step - start;
      return since < 0 ? sum : sum + height * Math.min(1, since / 3) * (halvedAfter / (halvedAfter + since));
    }, base),
  );
};

/** Jobs of three schedules on top of each other: each 5 or 10 minutes, each quarter or half hour, each hour. */
const cronSchedules: DrawLoad = (points, random) => {
  const base = between(random, 0.08, 0.2);
  const jobs = [
    job(random, [5, 10], [0.05, 0.2], [0.5, 1.5]),
    job(random, [15, 30], [0.1, 0.35], [1, 4]),
    job(random, [60], [0.2, 0.5], [3, 12]),
  ];
  fill(points, (_, step) =>
    jobs.reduce((sum, { period, phase, steps, height }) => {
      const since = (step + phase) % period;
      return since < steps ? sum + height : sum;
    }, base),
  );
};

/** A dependency goes away, and clients come back all at once, in waves that die down. */
const retryStorm: DrawLoad = (points, random) => {
  const base = between(random, 0.25, 0.4);
  const noise = autoregression(random, 0.8, 0.03);
  const outages = Array.from({ length: 2 + random.below(3) }, () => ({
    start: random.below(points.length),
    steps: Math.round(between(random, 2, 15) * STEPS_PER_MINUTE),
    surge: between(random, 0.8, 1.8),
    period: between(random, 1, 4) * STEPS_PER_MINUTE,
  }));
  fill(points, (_, step) => {
    let factor = Math.exp(noise());
    for (const { start, steps, surge, period } of outages) {
      const since = step - start;
      if (since >= 0 && since < steps) factor *= 0.15;
      const after = since - steps;
      if (after >= 0 && after < 20 * period)
        factor += surge * Math.exp(-after / (3 * period)) * (0.5 + 0.5 * Math.cos((TURN * after) / period));
    }
    return base * factor;
  });
};

/** A rollout in steps that double the share of users, now and then taken back to the last one. */
const staircase: DrawLoad = (points, random) => {
  const shares = [0.06, 0.12, 0.25, 0.5, 1];
  let stair = 0;
  let until = 0;
  fill(points, (_, step) => {
    if (step >= until) {
      if (until > 0) stair += stair > 0 && random.uniform() < 0.25 ? -1 : 1;
      if (stair >= shares.length) stair = 1;
      until = step + Math.round(between(random, 40, 180) * STEPS_PER_MINUTE);
    }
    return 0.9 * (shares[stair] as number) * (1 + 0.02 * random.gaussian());
  });
};

/** Two cycles of nearly the same length, whose sum swells and dies away. */
const beat: DrawLoad = (points, random) => {
  const period = between(random, 12, 45) * STEPS_PER_MINUTE;
  const ratio = between(random, 1.08, 1.25);
  const phases = [TURN * random.uniform(), TURN * random.uniform()] as const;
  const middle = between(random, 0.4, 0.5);
  fill(
    points,
    (_, step) =>
      middle +
      0.22 * Math.sin((TURN * step) / period + phases[0]) +
      0.22 * Math.sin((TURN * step) / (period * ratio) + phases[1]),
  );
};

/** Growth that hastens towards a deadline, and a fall at once after it. */
const countdown: DrawLoad = (points, random) => {
  const base = between(random, 0.05, 0.15);
  let last = 0;
  let deadline = Math.round(between(random, 1, 5) * STEPS_PER_HOUR);
  let height = between(random, 0.4, 0.85);
  let sharpness = between(random, 6, 30) * STEPS_PER_MINUTE;
  fill(points, (_, step) => {
    if (step >= deadline) {
      last = deadline;
      deadline += Math.round(between(random, 2, 7) * STEPS_PER_HOUR);
      height = between(random, 0.4, 0.85);
      sharpness = between(random, 6, 30) * STEPS_PER_MINUTE;
    }
    const after = last === 0 ? 0 : 0.2 * Math.exp((last - step) / (10 * STEPS_PER_MINUTE));
    return base + after + height * (sharpness / (sharpness + deadline - step)) ** 2;
  });
};

/** People by day, and batches of any size that come by chance and run for times with a heavy tail. */
const batchMix: DrawLoad = (points, random) => {
  const phase = 24 * random.uniform();
  const people = between(random, 0.12, 0.25);
  const runs: { end: number; height: number }[] = [];
  fill(points, (hour, step) => {
    if (random.uniform() < 1 / (35 * STEPS_PER_MINUTE)) {
      const minutes = Math.min(90, 4 * (1 - random.uniform()) ** (-1 / 1.3));
      runs.push({ end: step + minutes * STEPS_PER_MINUTE, height: between(random, 0.1, 0.4) });
    }
    const batches = runs.reduce((sum, { end, height }) => (step < end ? sum + height : sum), 0);
    return people * (1.3 + Math.cos((TURN * (hour - phase)) / 24)) + batches;
  });
};

/** Another region fails, and its load is here at once for hours; it goes back in parts. */
const failover: DrawLoad = (points, random) => {
  const base = between(random, 0.25, 0.4);
  const factor = between(random, 1.7, 2.4);
  const start = Math.round(between(random, 2, 14) * STEPS_PER_HOUR);
  const steps = Math.round(between(random, 1, 6) * STEPS_PER_HOUR);
  const part = Math.round(between(random, 5, 20) * STEPS_PER_MINUTE);
  const noise = autoregression(random, 0.95, 0.02);
  fill(points, (hour, step) => {
    const day = 1 + 0.25 * Math.sin((TURN * hour) / 24);
    const back = Math.max(0, Math.ceil((step - start - steps) / part)) / 4;
    const taken = step < start ? 0 : Math.max(0, 1 - back);
    return base * day * (1 + (factor - 1) * taken) * Math.exp(noise());
  });
};

/** A new level each minute that has nothing to do with the last: there is nothing to learn. */
const memoryless: DrawLoad = (points, random) => {
  const middle = between(random, 0.25, 0.4);
  const spread = between(random, 0.25, 0.5);
  let level = middle;
  fill(points, (_, step) => {
    if (step % STEPS_PER_MINUTE === 0) level = middle * Math.exp(spread * random.gaussian());
    return level;
  });
};

/** So little that the fewest pods do, but for one or two spikes of minutes that nothing announces. */
const rareSpike: DrawLoad = (points, random) => {
  const base = between(random, 0.03, 0.08);
  const spikes = Array.from({ length: 1 + random.below(2) }, () => ({
    start: random.below(points.length),
    steps: Math.round(between(random, 3, 12) * STEPS_PER_MINUTE),
    height: between(random, 0.5, 0.95),
  }));
  fill(points, (_, step) =>
    spikes.reduce(
      (sum, { start, steps, height }) => (step >= start && step < start + steps ? sum + height : sum),
      base,
    ),
  );
};

/** Answers of language models: requests by chance, of sizes with a heavy tail, each at work for a while. */
const tokenBursts: DrawLoad = (points, random) => {
  const perStep = between(random, 0.4, 1.2);
  const kept = 1 - 1 / between(random, 3, 8);
  const wave = between(random, 20, 90) * STEPS_PER_MINUTE;
  let work = perStep / (1 - kept);
  const usual = work;
  fill(points, (_, step) => {
    const rate = perStep * (1 + 0.6 * Math.sin((TURN * step) / wave));
    let tokens = 0;
    for (let left = random.exponential(1 / rate); left < 1; left += random.exponential(1 / rate))
      tokens += Math.min(12, 0.4 * (1 - random.uniform()) ** (-1 / 1.6));
    work = kept * work + tokens;
    return (0.3 * work) / usual;
  });
};

/** News that makes news: each story brings others, in clusters (a Hawkes process), over a quiet base. */
const newsCycle: DrawLoad = (points, random) => {
  const base = between(random, 0.08, 0.18);
  const lasts = between(random, 6, 25) * STEPS_PER_MINUTE;
  let excitement = 0;
  fill(points, () => {
    excitement *= 1 - 1 / lasts;
    const intensity = 1 / (50 * STEPS_PER_MINUTE) + (0.75 * excitement) / (0.16 * lasts);
    if (random.uniform() < intensity) excitement += between(random, 0.06, 0.26);
    return base + Math.min(0.85, excitement);
  });
};

/** Devices that all report on the hour and then less and less, and more of them each hour. */
const deviceSync: DrawLoad = (points, random) => {
  const period = STEPS_PER_HOUR / (1 + random.below(3));
  const base = between(random, 0.06, 0.15);
  const first = between(random, 0.15, 0.5);
  const growth = between(random, 0, 0.4);
  const patience = between(random, 3, 15) * STEPS_PER_MINUTE;
  fill(points, (_, step) => {
    const height = first + (growth * step) / DAY_STEPS;
    return base + height * Math.exp(-(step % period) / patience);
  });
};

/** In the order in which they are shown. */
export const EVALUATION_WORKLOADS: readonly EvaluationWorkload[] = [
  { name: 'office-day', describe: 'a lunch dip and an evening peak, with noise', draw: officeDay },
  { name: 'load-balancer', describe: 'heavy-tailed levels, calm and wild by turns', draw: loadBalancer },
  { name: 'ticket-sale', describe: 'sharp starts, tails like 1/t', draw: ticketSale },
  { name: 'cron', describe: 'jobs of three schedules at once', draw: cronSchedules },
  { name: 'retry-storm', describe: 'outages, and clients that come back in waves', draw: retryStorm },
  { name: 'staircase', describe: 'a rollout that doubles its share step by step', draw: staircase },
  { name: 'beat', describe: 'two cycles of nearly the same length', draw: beat },
  { name: 'countdown', describe: 'growth that hastens towards deadlines', draw: countdown },
  { name: 'batch-mix', describe: 'people by day, batches by chance', draw: batchMix },
  { name: 'failover', describe: 'another region’s load for hours', draw: failover },
  { name: 'memoryless', describe: 'noise with nothing to learn', draw: memoryless },
  { name: 'rare-spike', describe: 'spikes from two pods that nothing announces', draw: rareSpike },
  {
    name: 'token-bursts',
    describe: 'answers of language models, sizes with a heavy tail',
    draw: tokenBursts,
  },
  { name: 'news-cycle', describe: 'clusters of events that bring others', draw: newsCycle },
  { name: 'device-sync', describe: 'devices that report on the hour', draw: deviceSync },
];

/** Below it an app idles; above it the curve is cut. */
const LEAST = 0.01;

/** @param rate by the hour of the day and the step; called once for each step, in order */
function fill(points: Float32Array, rate: (hour: number, step: number) => number): void {
  for (let step = 0; step < points.length; step++) {
    const value = rate(step / STEPS_PER_HOUR, step);
    points[step] = value < LEAST ? LEAST : value > 1 ? 1 : value;
  }
}

interface Job {
  /** In control steps. */
  period: number;
  phase: number;
  steps: number;
  height: number;
}

function job(
  random: Random,
  periodMinutes: readonly number[],
  height: readonly [number, number],
  minutes: readonly [number, number],
): Job {
  const period = (periodMinutes[random.below(periodMinutes.length)] as number) * STEPS_PER_MINUTE;
  return {
    period,
    phase: random.below(period),
    steps: Math.max(2, Math.round(between(random, ...minutes) * STEPS_PER_MINUTE)),
    height: between(random, ...height),
  };
}

/** Noise that remembers: each call is one control step. @param deviation of its stationary state */
function autoregression(random: Random, memory: number, deviation: number): () => number {
  const innovation = deviation * Math.sqrt(1 - memory * memory);
  let value = 0;
  return () => {
    value = memory * value + innovation * random.gaussian();
    return value;
  };
}

/** A factor of about 1, now and then several times that: Student's t with 4 degrees of freedom over a normal number. */
function heavyTail(random: Random): number {
  const chiSquared = 2 * (random.exponential(1) + random.exponential(1));
  return Math.sqrt(4 / Math.max(0.2, chiSquared));
}

function bell(x: number, middle: number, width: number): number {
  const distance = (x - middle) / width;
  return Math.exp(-distance * distance);
}

function between(random: Random, least: number, most: number): number {
  return least + (most - least) * random.uniform();
}
