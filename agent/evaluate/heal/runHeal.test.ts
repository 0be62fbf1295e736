import { describe, expect, it, vi } from 'vitest';
import { aHealPolicy } from '../../../test/support/healPolicy';
import { encodePolicy } from '../../rl/policy/policyOnnx';
import { HealResult } from './healResult';
import { HEAL_RULES, type HealConditions, type RuleName } from './healRules';
import { MANUAL_RECOVERY } from './manualRecovery';
import type { ArmSource } from './playHeal';
import {
  type HealPlan,
  type HealPlayers,
  localPlayers,
  type PlannedArm,
  runHeal,
  sourcesOf,
} from './runHeal';

const CONDITIONS: HealConditions = { detection: 'events', manual: MANUAL_RECOVERY };

function rule(name: RuleName): PlannedArm {
  const { title, role, describe } = HEAL_RULES[name];
  return { name, title, role, describe: describe(CONDITIONS), sources: [{ kind: 'rule', name }] };
}

/** Restarts a pod as soon as errors rise. */
const POLICY: ArmSource = {
  kind: 'policy',
  origin: 'restarter',
  spec: 'heal/9',
  bytes: encodePolicy(aHealPolicy({ 'restart-pod': { avg_error_rate: 100, bias: -1 } })),
};
const LEARNED: PlannedArm = {
  name: 'restarter',
  title: 'restarter',
  role: 'learned',
  describe: '',
  sources: [POLICY, POLICY],
};

const PLAN: HealPlan = {
  conditions: CONDITIONS,
  arms: [rule('do-nothing'), rule('runbook-tuned'), rule('oracle'), LEARNED],
  seeds: 2,
  episodesPerSeed: 15,
};
const run = (players: HealPlayers, options: Partial<Parameters<typeof runHeal>[0]> = {}) =>
  runHeal({ plan: PLAN, players, ...options });
const local = () => localPlayers({ sources: sourcesOf(PLAN), conditions: CONDITIONS });

describe('an evaluation of healing', () => {
  it('lets every arm play the same held-out episodes, block by block', async () => {
    const { played, result } = await run(local());
    const seedsOf = (arm: number, block: number) =>
      played[arm]?.runs[0]?.[block]?.records.map(({ seed }) => seed);
    // Beyond the seeds that trainings and choices of policies use.
    expect(seedsOf(0, 0)?.[0]).toBe(2 ** 31 + 100_000_000);
    expect(seedsOf(0, 1)?.[0]).toBe(2 ** 31 + 101_000_000);
    for (const arm of [1, 2, 3]) expect(seedsOf(arm, 1)).toEqual(seedsOf(0, 1));
    expect(HealResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  it('takes the same faults for all arms, and has the truth of what they do', async () => {
    const { result, played } = await run(local());
    const faults = (arm: number) =>
      played[arm]?.runs[0]?.flatMap(({ records }) => records.map(({ fault }) => fault));
    expect(faults(3)).toEqual(faults(0));
    const [nothing, , oracle, learned] = result.arms;
    expect(nothing?.actionsPerEpisode).toBe(0);
    expect(oracle?.toDoNothing?.mean).toBeLessThan(0.6);
    expect(oracle?.harmfulActions).toBe(0);
    expect(learned?.runs).toBe(2);
    expect(learned?.reliability?.count).toBeGreaterThan(10);
  });

  it('does not depend on who plays which block, nor on who is done first', async () => {
    const { result } = await run(local());
    const inOrder: string[] = [];
    const [one, other] = [local(), local()];
    let turn = 0;
    const many: HealPlayers = {
      parallel: 3,
      play: async (job) => {
        const block = await (turn++ % 2 === 0 ? one : other).play(job);
        inOrder.push(`${job.source}`);
        return block;
      },
      close: () => undefined,
    };
    expect((await run(many)).result).toEqual(result);
    expect(inOrder).toHaveLength(10);
  });

  it('tells its progress, and ends with the signal’s reason', async () => {
    const onProgress = vi.fn();
    const aborter = new AbortController();
    const end = new Error('enough');
    const running = run(local(), {
      signal: aborter.signal,
      onProgress: (done, total) => {
        onProgress(done, total);
        if (done === 30) aborter.abort(end);
      },
    });
    await expect(running).rejects.toBe(end);
    expect(onProgress.mock.calls).toEqual([
      [15, 150],
      [30, 150],
    ]);
  });

  it('refuses a policy that is damaged before anything is played', () => {
    const bytes = (POLICY.kind === 'policy' ? POLICY.bytes : new Uint8Array()).slice(0, 500);
    const sources = [{ ...POLICY, bytes } as ArmSource];
    expect(() => localPlayers({ sources, conditions: CONDITIONS })).toThrow(/restarter/);
  });
});
