import { describe, expect, it } from 'vitest';
import { estimateAdvantages, type ValuedRewards } from './gae';

interface OneEnv {
  rewards: number[];
  values: number[];
  terminated?: number[];
  truncated?: number[];
  truncationValues?: number[];
  lastValue: number;
}

/** Rollouts of one env each, side by side. */
function rolloutOf(envs: OneEnv[]): ValuedRewards {
  const steps = envs[0]?.rewards.length ?? 0;
  const interleave = (select: (env: OneEnv) => number[] | undefined) =>
    Array.from({ length: steps }, (_, step) => envs.map((env) => select(env)?.[step] ?? 0)).flat();
  return {
    steps,
    envs: envs.length,
    rewards: Float32Array.from(interleave((env) => env.rewards)),
    values: Float32Array.from(interleave((env) => env.values)),
    terminated: Uint8Array.from(interleave((env) => env.terminated)),
    truncated: Uint8Array.from(interleave((env) => env.truncated)),
    truncationValues: Float32Array.from(interleave((env) => env.truncationValues)),
    lastValues: Float32Array.from(envs.map((env) => env.lastValue)),
  };
}

function advantagesOf(envs: OneEnv[], gamma = 0.5, gaeLambda = 0.5) {
  const rollout = rolloutOf(envs);
  const advantages = new Float32Array(rollout.steps * rollout.envs);
  const returns = new Float32Array(rollout.steps * rollout.envs);
  estimateAdvantages(rollout, { gamma, gaeLambda }, advantages, returns);
  return { advantages: [...advantages], returns: [...returns] };
}

/** γ = λ = ½; every result below is worked by hand and exact in 32 bits. */
const RUNNING: OneEnv = { rewards: [1, 2, 4], values: [2, 4, 8], lastValue: 16 };

describe('generalised advantage estimation', () => {
  it('adds the discounted errors up to the value after the last step', () => {
    // δ = 1 + 4/2 − 2 = 1,  2 + 8/2 − 4 = 2,  4 + 16/2 − 8 = 4
    // A = 1 + 3/4,  2 + 4/4,  4
    expect(advantagesOf([RUNNING])).toEqual({ advantages: [1.75, 3, 4], returns: [3.75, 7, 12] });
  });

  it('takes nothing from beyond a termination in the middle', () => {
    // δ_1 = 2 + 0 − 4 = −2, and no A_2 in A_1
    expect(advantagesOf([{ ...RUNNING, terminated: [0, 1, 0] }])).toEqual({
      advantages: [0.5, -2, 4],
      returns: [2.5, 2, 12],
    });
  });

  it('bootstraps a truncation in the middle with the value of the final observation', () => {
    // δ_1 = 2 + 10/2 − 4 = 3, and no A_2 in A_1
    const truncated = { ...RUNNING, truncated: [0, 1, 0], truncationValues: [0, 10, 0] };
    expect(advantagesOf([truncated])).toEqual({ advantages: [1.75, 3, 4], returns: [3.75, 7, 12] });
    expect(advantagesOf([{ ...truncated, truncationValues: [0, 2, 0] }])).toEqual({
      advantages: [0.75, -1, 4],
      returns: [2.75, 3, 12],
    });
  });

  it('ignores the value after the last step where the last step ended an episode', () => {
    // δ_2 = 4 + 0 − 8 = −4;  A = 1 + 1/4,  2 − 4/4,  −4
    expect(advantagesOf([{ ...RUNNING, terminated: [0, 0, 1] }]).advantages).toEqual([1.25, 1, -4]);
    // δ_2 = 4 + 4/2 − 8 = −2;  A = 1 + 1.5/4,  2 − 2/4,  −2
    const truncated = { ...RUNNING, truncated: [0, 0, 1], truncationValues: [0, 0, 4] };
    expect(advantagesOf([truncated]).advantages).toEqual([1.375, 1.5, -2]);
  });

  it('treats an episode that is told to be both as terminated', () => {
    const both = { ...RUNNING, terminated: [0, 1, 0], truncated: [0, 1, 0], truncationValues: [0, 10, 0] };
    expect(advantagesOf([both])).toEqual(advantagesOf([{ ...RUNNING, terminated: [0, 1, 0] }]));
  });

  it('keeps envs apart', () => {
    const { advantages } = advantagesOf([RUNNING, { ...RUNNING, terminated: [0, 1, 0] }]);
    expect(advantages).toEqual([1.75, 0.5, 3, -2, 4, 4]);
  });

  it('is the one-step error for λ = 0, and the discounted return less the value for λ = 1', () => {
    expect(advantagesOf([RUNNING], 0.5, 0).advantages).toEqual([1, 2, 4]);
    // 1 + 2/2 + 4/4 + 16/8 − 2,  2 + 4/2 + 16/4 − 4,  4 + 16/2 − 8
    expect(advantagesOf([RUNNING], 0.5, 1).advantages).toEqual([3, 4, 4]);
  });
});
