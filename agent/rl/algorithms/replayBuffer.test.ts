import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { CONTINUES, ReplayBuffer, type ReplayStep, TERMINATED, TRUNCATED } from './replayBuffer';

type End = 'goes on' | 'terminated' | 'truncated';

/** One env whose observation is [time]; its final observation is [time + 0.5]. */
function play(replay: ReplayBuffer, ends: readonly End[]) {
  replay.begin(Float32Array.of(0));
  for (const [time, end] of ends.entries()) replay.add(stepOf([{ time, end }]));
}

function stepOf(envs: readonly { time: number; end: End }[]): ReplayStep {
  return {
    actions: Float32Array.from(envs, ({ time }) => time % 3),
    terms: Float32Array.from(envs, ({ time }) => 10 * time),
    terminated: Uint8Array.from(envs, ({ end }) => (end === 'terminated' ? 1 : 0)),
    truncated: Uint8Array.from(envs, ({ end }) => (end === 'truncated' ? 1 : 0)),
    finalObservations: Float32Array.from(envs, ({ time }) => time + 0.5),
    observations: Float32Array.from(envs, ({ time }) => time + 1),
  };
}

const single = (capacity: number) => new ReplayBuffer({ capacity, envs: 1, fields: 1, rewardTerms: 1 });

/** By row: [observation, action, term, kind, observation of the next row]. */
function transitions(replay: ReplayBuffer) {
  return Array.from({ length: replay.rows }, (_, row) => row)
    .filter((row) => replay.isTransition(row))
    .map((row) => [
      replay.observations[row],
      replay.actions[row],
      replay.terms[row],
      replay.kinds[row],
      replay.observations[replay.next(row)],
    ])
    .sort(([a = 0], [b = 0]) => a - b);
}

describe('the replay buffer', () => {
  it('keeps what was seen, done and gained, and finds the next observation in the next row', () => {
    const replay = single(10);
    play(replay, ['goes on', 'goes on']);
    expect(transitions(replay)).toEqual([
      [0, 0, 0, CONTINUES, 1],
      [1, 1, 10, CONTINUES, 2],
    ]);
  });

  it('keeps the last observation of a truncated episode, and none of a terminated one', () => {
    const replay = single(10);
    play(replay, ['truncated', 'terminated', 'goes on']);
    expect(transitions(replay)).toEqual([
      [0, 0, 0, TRUNCATED, 0.5],
      [1, 1, 10, TERMINATED, 2],
      [2, 2, 20, CONTINUES, 3],
    ]);
    expect(replay.size).toBe(3);
  });

  it('takes a step that both terminates and truncates for terminated', () => {
    const replay = single(10);
    replay.begin(Float32Array.of(0));
    replay.add({ ...stepOf([{ time: 0, end: 'terminated' }]), truncated: Uint8Array.of(1) });
    expect(transitions(replay)).toEqual([[0, 0, 0, TERMINATED, 1]]);
  });

  it('forgets the oldest when it is full', () => {
    const replay = single(3);
    play(replay, ['goes on', 'goes on', 'goes on', 'goes on', 'terminated']);
    expect(transitions(replay).map(([observation]) => observation)).toEqual([2, 3, 4]);
    expect(replay.size).toBe(3);
  });

  it('keeps each env’s time apart', () => {
    const replay = new ReplayBuffer({ capacity: 6, envs: 2, fields: 1, rewardTerms: 1 });
    replay.begin(Float32Array.of(0, 100));
    for (let time = 0; time < 5; time++) {
      replay.add(
        stepOf([
          { time, end: 'goes on' },
          { time: 100 + time, end: time === 3 ? 'truncated' : 'goes on' },
        ]),
      );
    }
    expect(transitions(replay).map(([observation, , , , next]) => [observation, next])).toEqual([
      [2, 3],
      [3, 4],
      [4, 5],
      [103, 103.5],
      [104, 105],
    ]);
  });

  it('holds 100,000 transitions of 12 numbers in 5.4 MB and of 36 in at most 15 MB', () => {
    const bytes = (fields: number) =>
      new ReplayBuffer({ capacity: 100_000, envs: 1, fields, rewardTerms: 1 }).byteLength;
    expect(bytes(12)).toBeLessThanOrEqual(5.41e6);
    expect(bytes(36)).toBeLessThanOrEqual(15.01e6);
  });

  it('has nothing to draw while it is empty', () => {
    const replay = single(3);
    replay.begin(Float32Array.of(0));
    expect(() => replay.draw(new Random(1))).toThrow(RangeError);
  });

  it('draws transitions alone, and all of them', () => {
    const end = fc.constantFrom<End>('goes on', 'terminated', 'truncated');
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.array(end, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        (capacity, ends, seed) => {
          const replay = single(capacity);
          const seen = new Set<number>();
          let listed = 0;
          replay.listen((row, isTransition) => {
            listed += isTransition ? 1 : -1;
            expect(replay.isTransition(row)).toBe(isTransition);
          });
          play(replay, ends);
          expect(listed).toBe(replay.size);
          if (replay.size === 0) return;
          const random = new Random(seed);
          for (let draw = 0; draw < 40 * capacity; draw++) seen.add(replay.draw(random));
          for (const row of seen) expect(replay.isTransition(row)).toBe(true);
          expect(seen.size).toBe(replay.size);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('draws the same after it was saved and restored', () => {
    const replay = single(5);
    play(replay, ['goes on', 'truncated', 'goes on', 'terminated', 'goes on', 'goes on']);
    const restored = single(5);
    restored.restore(replay.save());
    expect(transitions(restored)).toEqual(transitions(replay));
    const [a, b] = [new Random(1), new Random(1)];
    for (let draw = 0; draw < 50; draw++) expect(restored.draw(a)).toBe(replay.draw(b));
    const next = stepOf([{ time: 6, end: 'goes on' }]);
    replay.add(next);
    restored.add(next);
    expect(restored.save()).toEqual(replay.save());
  });

  it('refuses a state of another size', () => {
    expect(() => single(4).restore(single(5).save())).toThrow(/observations are missing or not/);
  });
});
