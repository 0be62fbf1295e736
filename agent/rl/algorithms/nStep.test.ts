import { describe, expect, it } from 'vitest';
import { type NStepReturn, nStepReturn } from './nStep';
import { ReplayBuffer } from './replayBuffer';

/** Rewards 1, 2, 4, 8 after the observations 0, 1, 2, 3; γ = 1/2. */
function replayOf(ends: Readonly<Record<number, 'terminated' | 'truncated'>>) {
  const replay = new ReplayBuffer({ capacity: 8, envs: 1, fields: 1, rewardTerms: 2 });
  replay.begin(Float32Array.of(0));
  for (const [time, reward] of [1, 2, 4, 8].entries()) {
    replay.add({
      actions: Float32Array.of(0),
      terms: Float32Array.of(reward, 100),
      terminated: Uint8Array.of(ends[time] === 'terminated' ? 1 : 0),
      truncated: Uint8Array.of(ends[time] === 'truncated' ? 1 : 0),
      finalObservations: Float32Array.of(time + 0.5),
      observations: Float32Array.of(time + 1),
    });
  }
  return replay;
}

function check(
  { nStep, ends = {}, rewardScale = 1, weights = [1, 0] }: Case,
  row = 0,
): { return: number; discount: number; bootstrap: number | undefined } {
  const replay = replayOf(ends);
  const result: NStepReturn = { return: 0, discount: 0, bootstrapRow: 0 };
  nStepReturn(replay, row, Float32Array.from(weights), { nStep, gamma: 0.5, rewardScale }, result);
  const { bootstrapRow, ...rest } = result;
  return { ...rest, bootstrap: replay.observations[bootstrapRow] };
}

interface Case {
  nStep: number;
  ends?: Readonly<Record<number, 'terminated' | 'truncated'>>;
  rewardScale?: number;
  weights?: readonly number[];
}

describe('an n-step return', () => {
  it.each<Case & { name: string; expected: object }>([
    { name: 'takes one reward', nStep: 1, expected: { return: 1, discount: 0.5, bootstrap: 1 } },
    { name: 'takes three', nStep: 3, expected: { return: 1 + 1 + 1, discount: 0.125, bootstrap: 3 } },
    {
      name: 'has nothing after termination',
      nStep: 3,
      ends: { 1: 'terminated' },
      expected: { return: 2, discount: 0, bootstrap: 2 },
    },
    {
      name: 'bootstraps from the last observation after truncation',
      nStep: 3,
      ends: { 1: 'truncated' },
      expected: { return: 2, discount: 0.25, bootstrap: 1.5 },
    },
    {
      name: 'ends at the newest row',
      nStep: 9,
      expected: { return: 4, discount: 0.0625, bootstrap: 4 },
    },
    {
      name: 'is weighted and scaled when it is drawn',
      nStep: 2,
      weights: [2, 0.01],
      rewardScale: 10,
      expected: { return: 10 * (2 + 1 + (4 + 1) / 2), discount: 0.25, bootstrap: 2 },
    },
  ])('$name', ({ expected, ...rest }) => {
    const { return: gained, ...found } = check(rest);
    const { return: expectedGain, ...others } = expected as { return: number };
    expect(gained).toBeCloseTo(expectedGain, 5);
    expect(found).toEqual(others);
  });
});
