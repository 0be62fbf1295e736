import { describe, expect, it, vi } from 'vitest';
import { createEngine } from '../../rl/engine/engines';
import { createActor } from '../../rl/policy/actor';
import type { PolicyModel } from '../../rl/policy/policyModel';
import { encodePolicy } from '../../rl/policy/policyOnnx';
import { Random } from '../../sim/random';
import { createScaleEnv } from '../../sim/scale/scaleEnv';
import type { ArmSource } from './episodeRecord';
import {
  localScalePlayers,
  type PlannedArm,
  runScale,
  type ScalePlan,
  type ScalePlayers,
  sourcesOf,
} from './runScale';
import { ScaleResult } from './scaleResult';
import { type RuleName, SCALE_RULES } from './scaleRules';
import { scalingArm } from './scalingArm';
import { aScalePolicy } from './testing/scalePolicy';

function rule(name: RuleName): PlannedArm {
  const { title, role, describe } = SCALE_RULES[name];
  return { name, title, role, describe, sources: [{ kind: 'rule', name }] };
}

/** Wants more pods the more load there is for each. */
const POLICY: PolicyModel = aScalePolicy({
  up: { loadPerPod: 4 },
  down: { loadPerPod: -4 },
  hold: { bias: 1 },
});
const SOURCE: ArmSource = {
  kind: 'policy',
  origin: 'follower',
  spec: 'scale/36',
  isPriced: false,
  bytes: encodePolicy(POLICY),
};
const LEARNED: PlannedArm = {
  name: 'follower',
  title: 'follower',
  role: 'learned',
  describe: '',
  sources: [SOURCE],
};

const PLAN: ScalePlan = {
  conditions: { pace: 'free', traces: [], workloads: ['beat', 'rare-spike'] },
  arms: [rule('do-nothing'), rule('hpa-tuned'), LEARNED, rule('clairvoyant')],
  seeds: 2,
  episodesPerSeed: 1,
  podHourPrice: 0.05,
};
const setup = (plan = PLAN) => ({ sources: sourcesOf(plan), conditions: plan.conditions });
const local = (plan = PLAN) => localScalePlayers(setup(plan));

describe('an evaluation of scaling', { timeout: 60_000 }, () => {
  it('lets every arm play the same held-out days, at each price that it knows', async () => {
    const { played, result } = await runScale({ plan: PLAN, players: local() });
    const [nothing, hpa, learned] = played.map(({ runs }) => runs[0]?.[1]?.records ?? []);
    // Beyond the seeds that policies are trained, chosen and finished on.
    expect(played[0]?.runs[0]?.[0]?.records[0]?.seed).toBe(2 ** 31 + 200_000_000);
    expect(nothing?.map(({ workload, violationPrice }) => [workload, violationPrice])).toEqual([
      ['beat', null],
      ['rare-spike', null],
    ]);
    expect(hpa?.map(({ violationPrice }) => violationPrice)).toEqual([5, 20, 80, 5, 20, 80]);
    expect(learned?.map(({ seed, meanLoad }) => [seed, meanLoad])).toEqual(
      nothing?.map(({ seed, meanLoad }) => [seed, meanLoad]),
    );
    expect(ScaleResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    const follower = result.arms.find(({ name }) => name === 'follower');
    expect(follower?.confidence?.sure).toBeGreaterThan(0);
    expect(follower?.prices[1]?.toHpa.mean).toBeLessThan(
      result.arms.find(({ name }) => name === 'do-nothing')?.prices[1]?.toHpa.mean ?? 0,
    );
    expect(result.arms.find(({ name }) => name === 'clairvoyant')?.reaction).toBeNull();
    expect(result.arms.find(({ name }) => name === 'do-nothing')?.reaction?.median).toBe(1800);
  });

  it('does not depend on who plays which block, nor on who is done first', async () => {
    const plan = { ...PLAN, arms: PLAN.arms.filter(({ name }) => name !== 'do-nothing') };
    const { result } = await runScale({ plan, players: local(plan) });
    const [one, other] = [local(plan), local(plan)];
    let turn = 0;
    const many: ScalePlayers = {
      parallel: 3,
      play: (job) => (turn++ % 2 === 0 ? one : other).play(job),
      close: () => undefined,
    };
    expect((await runScale({ plan, players: many })).result).toEqual(result);
  });

  it('keeps what the agent steers to the guard’s pace, and leaves the HPA free', async () => {
    const plan: ScalePlan = {
      ...PLAN,
      arms: [rule('hpa-tuned'), rule('quantile-tuned'), rule('clairvoyant')],
      seeds: 1,
    };
    const guarded: ScalePlan = { ...plan, conditions: { ...plan.conditions, pace: 'guard' } };
    const actions = async (each: ScalePlan) => {
      const { result } = await runScale({ plan: each, players: local(each) });
      return result.arms.map(({ prices }) => prices[1]?.actionsPerHour.mean ?? 0);
    };
    const [free, paced] = [await actions(plan), await actions(guarded)];
    expect(paced[0]).toBe(free[0]);
    expect(paced[2]).toBe(free[2]);
    expect(paced[1]).toBeLessThan(free[1] as number);
  });

  it('plays recorded loads beside the others', async () => {
    const trace = { name: 'mine', values: [1, 5, 2, 8, 3, 1], intervalSeconds: 600 };
    const plan: ScalePlan = {
      ...PLAN,
      arms: [rule('hpa-tuned'), rule('clairvoyant')],
      seeds: 1,
      conditions: { ...PLAN.conditions, traces: [trace], workloads: ['beat', 'mine'] },
    };
    const { result } = await runScale({ plan, players: local(plan) });
    expect(result.workloads.map(({ name }) => name)).toEqual(['beat', 'mine']);
  });

  it('tells its progress, and ends with the signal’s reason', async () => {
    const onProgress = vi.fn();
    const aborter = new AbortController();
    const end = new Error('enough');
    const running = runScale({
      plan: { ...PLAN, arms: [rule('hpa-default'), rule('hpa-tuned'), rule('clairvoyant')] },
      players: local({ ...PLAN, arms: [rule('hpa-default'), rule('hpa-tuned'), rule('clairvoyant')] }),
      signal: aborter.signal,
      onProgress: (done, total) => {
        onProgress(done, total);
        aborter.abort(end);
      },
    });
    await expect(running).rejects.toBe(end);
    expect(onProgress.mock.calls).toEqual([[1, 6]]);
  });

  it('refuses a policy that is damaged before anything is played', () => {
    const bytes = SOURCE.kind === 'policy' ? SOURCE.bytes.slice(0, 500) : new Uint8Array();
    const sources = [{ ...SOURCE, bytes } as ArmSource];
    expect(() => localScalePlayers({ sources, conditions: PLAN.conditions })).toThrow(/follower/);
  });
});

describe('a policy as an arm', () => {
  it('leaves, as live, what it is less than 0.7 sure of', () => {
    const actor = createActor(
      aScalePolicy({ up: { bias: 0.5 }, hold: { bias: 0 }, down: { bias: -9 } }),
      createEngine('wasm'),
    );
    const counts = [false, true].map((holdsUnsure) => {
      const env = createScaleEnv({ episodeSteps: 20 });
      const arm = scalingArm('a', actor, holdsUnsure);
      env.reset(1);
      const step = arm.begin(env, new Random(1));
      while (!step().truncated);
      return [
        arm.counts.decisions,
        arm.counts.changes > 0,
        arm.counts.sureChanges,
        env.info().actionsPerHour,
      ];
    });
    expect(counts[1]).toEqual([20, true, 0, 0]);
    expect(counts[0]?.[3]).toBeGreaterThan(0);
  });
});
