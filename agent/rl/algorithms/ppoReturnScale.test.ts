import { describe, expect, it } from 'vitest';
import type { Rollout } from './collector';
import { PpoReturnScale } from './ppoReturnScale';
import { emptyRollout } from './rolloutArrays';

const GAMMA = 0.5;

function rolloutOf(rewards: number[], { terminated = [0, 0, 0, 0], truncated = [0, 0, 0, 0] } = {}): Rollout {
  const rollout = emptyRollout({ steps: 2, envs: 2, fields: 1, actionSize: 1 });
  rollout.rewards.set(rewards);
  rollout.terminated.set(terminated);
  rollout.truncated.set(truncated);
  return rollout;
}

function scaled(scale: PpoReturnScale, rollout: Rollout): number[] {
  const rewards = new Float32Array(4);
  scale.scale(rollout, rewards);
  return [...rewards];
}

function deviationOf(returns: number[]): number {
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  return Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length);
}

const close = (values: number[]) => values.map((value) => expect.closeTo(value, 5));

describe('scaling rewards by the return', () => {
  const create = () => new PpoReturnScale({ steps: 2, envs: 2 }, GAMMA);

  it('divides them by the standard deviation of the discounted returns so far', () => {
    const scale = create();
    // Env 0: 2, then 1 + 2/2; env 1: 4, then −4 + 4/2.
    const first = deviationOf([2, 4, 2, -2]);
    expect(scaled(scale, rolloutOf([2, 4, 1, -4]))).toEqual(close([2, 4, 1, -4].map((r) => r / first)));
    // They go on from 2 and −2: 1 + 2/2 and 1 − 2/2, then 0 + 2/2 and 2 + 0/2.
    const both = deviationOf([2, 4, 2, -2, 2, 0, 1, 2]);
    expect(scaled(scale, rolloutOf([1, 1, 0, 2]))).toEqual(close([1, 1, 0, 2].map((r) => r / both)));
  });

  it.each(['terminated', 'truncated'] as const)('begins again after an episode that was %s', (end) => {
    const rollout = rolloutOf([2, 4, 1, -4], { [end]: [1, 0, 0, 0] });
    const deviation = deviationOf([2, 4, 1, -2]);
    expect(scaled(create(), rollout)).toEqual(close([2, 4, 1, -4].map((r) => r / deviation)));
  });

  it('cuts what is left to ± 10, and survives rewards that are all alike 0', () => {
    expect(scaled(create(), rolloutOf([0, 0, 0, 0]))).toEqual([0, 0, 0, 0]);
    const scale = create();
    for (let round = 0; round < 200; round++) scaled(scale, rolloutOf([0, 0, 0, 0]));
    expect(scaled(scale, rolloutOf([1000, -1000, 0, 0]))).toEqual([10, -10, 0, 0]);
  });

  it('goes on from a saved state as if it had not stopped', () => {
    const [straight, resumed] = [create(), create()];
    scaled(straight, rolloutOf([2, 4, 1, -4]));
    resumed.restore(straight.save());
    const next = rolloutOf([1, 3, 0, 2]);
    expect(scaled(resumed, next)).toEqual(scaled(straight, next));
  });
});
