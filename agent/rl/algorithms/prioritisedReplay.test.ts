import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { PrioritisedReplay, uniformReplay } from './prioritisedReplay';
import { ReplayBuffer } from './replayBuffer';

const OPTIONS = { prioritizedAlpha: 0.5, prioritizedBeta0: 0.4 };

/** A buffer with that many transitions of one env that never ends; row i is transition i until it is full. */
function filled(count: number, capacity: number, options = OPTIONS) {
  const replay = new ReplayBuffer({ capacity, envs: 1, fields: 1, rewardTerms: 1 });
  const sampler = new PrioritisedReplay(replay, options);
  replay.begin(Float32Array.of(0));
  for (let time = 0; time < count; time++) add(replay, time);
  return { replay, sampler };
}

function add(replay: ReplayBuffer, time: number, isTruncated = false) {
  replay.add({
    actions: Float32Array.of(0),
    terms: Float32Array.of(0),
    terminated: Uint8Array.of(0),
    truncated: Uint8Array.of(isTruncated ? 1 : 0),
    finalObservations: Float32Array.of(time + 0.5),
    observations: Float32Array.of(time + 1),
  });
}

function drawMany(sampler: PrioritisedReplay, rows: number, batches: number, batchSize: number) {
  const random = new Random(7);
  const [batch, weights] = [new Int32Array(batchSize), new Float32Array(batchSize)];
  const counts = new Array<number>(rows).fill(0);
  for (let index = 0; index < batches; index++) {
    sampler.sample(batch, weights, 0, random);
    for (const row of batch) counts[row] = (counts[row] ?? 0) + 1;
  }
  return counts;
}

describe('prioritised replay', () => {
  it('draws in proportion to |δ|^α (chi-square, 3 degrees of freedom, p = 0.001)', () => {
    const { sampler } = filled(4, 10);
    sampler.learned(Int32Array.of(0, 1, 2, 3), Float32Array.of(1, -4, 9, 16));
    // One at a time: with larger batches each part of the sum has its own draw, and counts vary less than by chance.
    const counts = drawMany(sampler, 11, 20_000, 1);
    const expected = [1, 2, 3, 4].map((priority) => (20_000 * priority) / 10);
    const chiSquare = expected.reduce(
      (sum, count, row) => sum + ((counts[row] ?? 0) - count) ** 2 / count,
      0,
    );
    expect(chiSquare).toBeLessThan(16.27);
    expect(counts.slice(4)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('draws once from each equal part of the sum', () => {
    const { sampler } = filled(4, 4);
    expect(drawMany(sampler, 5, 100, 4).slice(0, 4)).toEqual([100, 100, 100, 100]);
  });

  it('gives a new transition the greatest priority so far', () => {
    const { replay, sampler } = filled(2, 10);
    sampler.learned(Int32Array.of(0, 1), Float32Array.of(1, 9));
    add(replay, 2);
    const counts = drawMany(sampler, 11, 7000, 1);
    const shares = counts.slice(0, 3).map((count) => count / 7000);
    for (const [row, share] of [1 / 7, 3 / 7, 3 / 7].entries())
      expect(Math.abs((shares[row] ?? 0) - share)).toBeLessThan(0.02);
  });

  it.each([
    { progress: 0, beta: 0.4 },
    { progress: 0.5, beta: 0.7 },
    { progress: 1, beta: 1 },
    { progress: 1.5, beta: 1 },
  ])('corrects its bias after $progress of the training with β = $beta', ({ progress, beta }) => {
    const { sampler } = filled(2, 10);
    sampler.learned(Int32Array.of(0, 1), Float32Array.of(1, 9));
    const [rows, weights] = [new Int32Array(64), new Float32Array(64)];
    sampler.sample(rows, weights, progress, new Random(1));
    // P is 1/4 and 3/4: (N·P)^−β is 2^β and (2/3)^β, divided by the greatest of the batch.
    for (const [index, row] of rows.entries()) {
      expect(weights[index]).toBeCloseTo(row === 0 ? 1 : 3 ** -beta, 5);
    }
    expect(new Set(rows)).toEqual(new Set([0, 1]));
  });

  it('weighs everything alike where α is 0', () => {
    const { sampler } = filled(3, 10, { prioritizedAlpha: 0, prioritizedBeta0: 1 });
    sampler.learned(Int32Array.of(0, 1, 2), Float32Array.of(1, 100, 0));
    const [rows, weights] = [new Int32Array(8), new Float32Array(8)];
    sampler.sample(rows, weights, 0, new Random(1));
    expect([...weights]).toEqual(new Array(8).fill(1));
  });

  it('never draws a row that holds no transition', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 9 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }),
        fc.array(fc.double({ min: 0, max: 1e3, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (capacity, truncations, errors) => {
          const { replay, sampler } = filled(0, capacity);
          const random = new Random(1);
          const [rows, weights] = [new Int32Array(8), new Float32Array(8)];
          for (const [time, isTruncated] of truncations.entries()) {
            add(replay, time, isTruncated);
            if (replay.size === 0) continue;
            sampler.sample(rows, weights, 0, random);
            for (const row of rows) expect(replay.isTransition(row)).toBe(true);
            sampler.learned(rows, Float32Array.from(errors));
          }
        },
      ),
    );
  });

  it('goes on as it was after it was saved and restored', () => {
    const { replay, sampler } = filled(6, 4);
    sampler.learned(Int32Array.of(0, 2), Float32Array.of(3, 7));
    const other = filled(0, 4);
    other.replay.restore(replay.save());
    other.sampler.restore(sampler.save());
    expect(drawMany(other.sampler, 5, 50, 3)).toEqual(drawMany(sampler, 5, 50, 3));
  });

  it('has nothing to draw while the buffer is empty', () => {
    const { sampler } = filled(0, 4);
    expect(() => sampler.sample(new Int32Array(1), new Float32Array(1), 0, new Random(1))).toThrow(
      RangeError,
    );
  });
});

describe('uniform replay', () => {
  it('draws each transition as often as the others, with the weight 1 (chi-square, 4 degrees, p = 0.001)', () => {
    const { replay } = filled(5, 5);
    const [rows, weights] = [new Int32Array(10_000), new Float32Array(10_000)];
    uniformReplay(replay).sample(rows, weights, 0, new Random(3));
    const counts = [0, 0, 0, 0, 0];
    for (const row of rows) counts[row] = (counts[row] ?? 0) + 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chiSquare).toBeLessThan(18.47);
    expect(new Set(weights)).toEqual(new Set([1]));
  });
});
