import { describe, expect, it, vi } from 'vitest';
import { type EnvAction, FIRST_HELD_OUT_SEED } from '../rl/env/env';
import { createCartPole } from '../rl/env/reference/cartPole';
import type { RewardTermsEnv } from '../rl/env/rewardTerms';
import { constantArm, randomArm } from './arm';
import { comparePaired, evaluateArms, heldOutSeeds, summaryOf } from './evaluation';
import { analyseReward } from './rewardAnalysis';

/** Four steps. `work` earns what the seed's last digit says, at an effort of 1; `rest` costs nothing. */
class Job implements RewardTermsEnv {
  readonly spec = 'job/1';
  readonly observationSpace = {
    kind: 'box',
    fields: [{ name: 'step', unit: 'steps', min: 0, max: 4 }],
  } as const;
  readonly actionSpace = { kind: 'discrete', labels: ['rest', 'work'] } as const;
  readonly observation = new Float32Array(1);
  readonly rewardTerms = ['pay', 'effort'];
  readonly terms = new Float32Array(2);
  objective = 0;
  #wage = 0;
  #worked = 0;

  reset(seed: number): void {
    this.#wage = seed % 10;
    this.#worked = 0;
    this.observation[0] = 0;
  }

  step(action: EnvAction) {
    this.observation[0] = (this.observation[0] ?? 0) + 1;
    const works = action === 1;
    if (works) this.#worked += 1;
    this.terms[0] = works ? this.#wage : 0;
    this.terms[1] = works ? -1 : 0;
    this.objective = this.terms[0];
    return { reward: this.terms[0] + this.terms[1], terminated: this.observation[0] === 4, truncated: false };
  }

  info() {
    return this.#worked > 0 ? { worked: this.#worked, wage: this.#wage } : { worked: 0 };
  }
}

const ARMS = [constantArm('worker', 'work'), constantArm('idler', 'rest')];
const SEEDS = [11, 12, 13, 14];

describe('an evaluation', () => {
  it('adds up the outer objective where the env has one', async () => {
    const [worker] = await evaluateArms({ createEnv: () => new Job(), arms: ARMS, seeds: [13] });
    // A wage of 3 in each of four steps, whatever the effort.
    expect(worker?.episodes).toEqual([
      { seed: 13, return: 8, length: 4, objective: 12, info: { worked: 4, wage: 3 } },
    ]);
    const [player] = await evaluateArms({ createEnv: createCartPole, arms: [randomArm()], seeds: [13] });
    expect(player?.episodes[0]?.objective).toBeNull();
  });

  it('lets every arm play the same episodes, and tells score, info and progress', async () => {
    const onProgress = vi.fn();
    const results = await evaluateArms({ createEnv: () => new Job(), arms: ARMS, seeds: SEEDS, onProgress });
    expect(results.map(({ name, score }) => [name, score.mean])).toEqual([
      // Wages 1, 2, 3, 4 less 1, four times: 0, 4, 8, 12; the middle two count.
      ['worker', 6],
      ['idler', 0],
    ]);
    expect(results.map(({ info }) => info)).toEqual([{ worked: 4, wage: 2.5 }, { worked: 0 }]);
    expect(results[0]?.episodes.map(({ seed, length }) => [seed, length])).toEqual(
      SEEDS.map((seed) => [seed, 4]),
    );
    expect(onProgress).toHaveBeenLastCalledWith(8, 8);
  });

  it('is summarised for the provenance, and compared', async () => {
    const results = await evaluateArms({ createEnv: () => new Job(), arms: ARMS, seeds: SEEDS });
    const [worker, idler] = results;
    expect(summaryOf(results)).toMatchObject({
      episodes: 4,
      score: { mean: 6 },
      baselines: [{ name: 'idler', mean: 0 }],
    });
    if (!worker || !idler) throw new Error('two arms were asked for');
    // Against 0: a tie and three wins, by 0, 4, 8 and 12.
    expect(comparePaired(worker, idler)).toMatchObject({ better: 3.5 / 4, difference: { mean: 6 } });
  });

  it('can be cancelled between two episodes', async () => {
    const aborter = new AbortController();
    const evaluation = evaluateArms({
      createEnv: () => new Job(),
      arms: ARMS,
      seeds: SEEDS,
      signal: aborter.signal,
      onProgress: (done) => done === 2 && aborter.abort(new Error('enough')),
    });
    await expect(evaluation).rejects.toThrow('enough');
  });

  it('plays the random arm the same for the same seeds, and both actions', async () => {
    const play = () =>
      evaluateArms({ createEnv: () => new Job(), arms: [randomArm()], seeds: heldOutSeeds(20) });
    const [[first], [second]] = [await play(), await play()];
    expect(first).toEqual(second);
    const worked = first?.info.worked ?? 0;
    expect(worked).toBeGreaterThan(1);
    expect(worked).toBeLessThan(3);
  });

  it('refuses an arm whose action the env does not have', async () => {
    const arms = [constantArm('dancer', 'dance')];
    await expect(evaluateArms({ createEnv: () => new Job(), arms, seeds: SEEDS })).rejects.toThrow('"dance"');
  });

  it('takes seeds that training never draws', () => {
    expect(heldOutSeeds(3)).toEqual([0, 1, 2].map((index) => FIRST_HELD_OUT_SEED + index));
    expect(Math.min(...heldOutSeeds(5, 100))).toBe(FIRST_HELD_OUT_SEED + 100);
  });
});

describe('an analysis of the reward', () => {
  const analyse = (weights: number[]) =>
    analyseReward({ createEnv: () => new Job(), weights, arms: ARMS, seeds: SEEDS });

  it('tells what each term contributes and how it goes with the objective', async () => {
    const { terms, arms } = await analyse([1, 1]);
    // Over both arms: half of the steps earn 2.5 in the mean at an effort of 1.
    expect(terms.map(({ name, mean, share }) => ({ name, mean, share }))).toEqual([
      { name: 'pay', mean: expect.closeTo(1.25, 9), share: expect.closeTo(2.5 / 3.5, 9) },
      { name: 'effort', mean: expect.closeTo(-0.5, 9), share: expect.closeTo(1 / 3.5, 9) },
    ]);
    expect(terms[0]?.correlation).toBeCloseTo(1, 9);
    expect(terms[1]?.correlation).toBeLessThan(-0.5);
    expect(arms).toEqual([
      { name: 'worker', reward: expect.closeTo(1.5, 9), objective: expect.closeTo(2.5, 9), terms: [2.5, -1] },
      { name: 'idler', reward: expect.closeTo(0, 9), objective: 0, terms: [0, expect.closeTo(0, 9)] },
    ]);
  });

  it('says from which weight on the reward prefers somebody else', async () => {
    const { terms, agreement } = await analyse([1, 1]);
    expect(agreement).toBe(1);
    expect(terms[1]?.preferred).toEqual([
      { factor: 0, arm: 'worker' },
      { factor: 0.5, arm: 'worker' },
      { factor: 1, arm: 'worker' },
      { factor: 2, arm: 'worker' },
      { factor: 4, arm: 'idler' },
    ]);
  });

  it('notices a reward that prefers what the objective does not', async () => {
    expect((await analyse([1, 3])).agreement).toBe(-1);
  });

  it('refuses weights that do not fit the terms', async () => {
    await expect(analyse([1])).rejects.toThrow('1 weights for 2 reward terms');
  });
});
