import { describe, expect, it, vi } from 'vitest';
import { encodePolicy } from '../../rl/policy/policyOnnx';
import { CanaryResult } from './canaryResult';
import { CANARY_RULES, type RuleName } from './canaryRules';
import type { ArmSource } from './episodeRecord';
import {
  type CanaryPlan,
  type CanaryPlayers,
  localCanaryPlayers,
  type PlannedArm,
  runCanary,
  sourcesOf,
} from './runCanary';
import { levelOf } from './targets';
import { aCanaryPolicy } from './testing/canaryPolicy';
import { BUSY_BUGGY, BUSY_HEALTHY, SILENT } from './testing/records';

function rule(name: RuleName): PlannedArm {
  const { title, role, describe, verdict } = CANARY_RULES[name];
  return { name, title, role, describe, verdict, sources: [{ kind: 'rule', name }] };
}

/** Always wants more traffic. */
const SOURCE = {
  kind: 'policy',
  origin: 'climber',
  spec: aCanaryPolicy({}).spec,
  verdict: 'tests',
  bytes: encodePolicy(aCanaryPolicy({ up: { bias: 5 } })),
} as const satisfies ArmSource;

const learned = (name: string, ...sources: readonly ArmSource[]): PlannedArm => {
  const verdict = sources[0]?.kind === 'policy' ? sources[0].verdict : 'tests';
  return { name, title: name, role: 'learned', describe: '', verdict, sources };
};

const PLAN: CanaryPlan = {
  conditions: { cells: [BUSY_HEALTHY, BUSY_BUGGY, SILENT] },
  arms: [
    rule('fixed-steps'),
    rule('flagger'),
    rule('tests-fast'),
    rule('evidence-steps'),
    learned('climber', SOURCE, SOURCE),
    learned('unguarded', { ...SOURCE, verdict: 'policy' }),
  ],
  seeds: 2,
  episodesPerSeed: 12,
};
const local = (plan = PLAN) => localCanaryPlayers({ sources: sourcesOf(plan), conditions: plan.conditions });

describe('an evaluation of releases', () => {
  it('lets every arm play the same held-out releases, cell by cell', async () => {
    const { played, result } = await runCanary({ plan: PLAN, players: local() });
    const blocks = played.map(({ runs }) => runs[0]?.[1]?.records ?? []);
    // Beyond the seeds that trainings and choices of policies use.
    expect(played[0]?.runs[0]?.[0]?.records[0]?.seed).toBe(2 ** 31 + 300_000_000 + 1000 * BUSY_HEALTHY);
    const facts = (block: (typeof blocks)[number] | undefined) =>
      block?.map(({ cell, seed, bad, steadyErrorShare }) => [cell, seed, bad, steadyErrorShare]);
    for (const block of blocks) expect(facts(block)).toEqual(facts(blocks[0]));
    expect(blocks[0]?.map(({ cell }) => cell)).toEqual(
      [BUSY_HEALTHY, BUSY_BUGGY, SILENT].flatMap((cell) => Array.from({ length: 12 }, () => cell)),
    );
    expect(CanaryResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(result.arms.find(({ name }) => name === 'climber')?.runs).toBe(2);
  });

  it('lets tests, rules and policies own the verdict, each where it does', async () => {
    const { result } = await runCanary({ plan: PLAN, players: local() });
    const arm = (name: string) => {
      const found = result.arms.find((each) => each.name === name);
      if (!found) throw new Error(name);
      return found;
    };
    expect(arm('fixed-steps').all.falsePromotion?.mean).toBe(1);
    expect(arm('unguarded').all.falsePromotion?.mean).toBe(1);
    expect(levelOf(arm('unguarded'), 'none')?.unproved?.mean).toBe(1);
    for (const name of ['tests-fast', 'evidence-steps', 'climber']) {
      expect(arm(name).all.falsePromotion?.mean, name).toBeLessThan(0.2);
      expect(arm(name).all.falseRollback?.mean, name).toBeLessThan(0.2);
      expect(levelOf(arm(name), 'none')?.unproved?.mean, name).toBe(0);
    }
    expect(arm('climber').toFixedPace?.harmSeconds?.mean).toBeGreaterThan(1);
  });

  it('does not depend on who plays which block, nor on who is done first', async () => {
    const { result } = await runCanary({ plan: PLAN, players: local() });
    const [one, other] = [local(), local()];
    let turn = 0;
    const many: CanaryPlayers = {
      parallel: 3,
      play: (job) => (turn++ % 2 === 0 ? one : other).play(job),
      close: () => undefined,
    };
    expect((await runCanary({ plan: PLAN, players: many })).result).toEqual(result);
  });

  it('tells its progress, and ends with the signal’s reason', async () => {
    const onProgress = vi.fn();
    const aborter = new AbortController();
    const end = new Error('enough');
    const running = runCanary({
      plan: PLAN,
      players: local(),
      signal: aborter.signal,
      onProgress: (done, total) => {
        onProgress(done, total);
        aborter.abort(end);
      },
    });
    await expect(running).rejects.toBe(end);
    expect(onProgress.mock.calls).toEqual([[1, 14]]);
  });

  it('refuses a policy that is damaged before anything is played', () => {
    const sources = [{ ...SOURCE, bytes: SOURCE.bytes.slice(0, 500) }];
    expect(() => localCanaryPlayers({ sources, conditions: PLAN.conditions })).toThrow(/climber/);
  });
});
