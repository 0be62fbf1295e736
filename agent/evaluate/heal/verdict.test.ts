import { describe, expect, it } from 'vitest';
import { figureText } from '../targets/targetText';
import type { HealArmResult } from './healResult';
import { judgeTargets } from './targets';
import { anArmResult } from './testing/records';
import { judgeHeal } from './verdict';

const RUNBOOK = anArmResult('runbook-tuned');
const exactly = (mean: number) => ({ mean, low: mean, high: mean });
const judge = (...arms: HealArmResult[]) => judgeHeal({ arms, detection: 'events' });

describe('the targets', () => {
  const of = (arm: HealArmResult, text: RegExp, detection: 'events' | 'averages' = 'events') =>
    judgeTargets(arm, detection).find(({ target }) => text.test(target.text));

  it.each<[RegExp, Partial<HealArmResult>, boolean]>([
    [/over that of doing nothing$/, { toDoNothing: exactly(0.45) }, true],
    [/over that of doing nothing$/, { toDoNothing: exactly(0.46) }, false],
    [/over that of the tuned runbook/, { toRunbook: exactly(1.01) }, false],
    [/outside the SLO/, { violatedToDoNothing: exactly(0.46) }, false],
    [/only time heals/, { timeOnlyToDoNothing: exactly(1.01) }, false],
    [/no-fault episodes/, { actedWithoutFault: exactly(0.02) }, true],
    [/no-fault episodes/, { actedWithoutFault: exactly(0.021) }, false],
    [/dependency episodes/, { actedOnDependency: exactly(0.051) }, false],
    [/with a harmful action/, { harmful: exactly(0.031) }, false],
    [/never taken back/, { harmfulUnreverted: 1 }, false],
    [/replica-hours/, { replicaHours: exactly(1.0199) }, true],
    [/replica-hours/, { replicaHours: exactly(1.03) }, false],
  ])('%s with %j', (text, changes, met) => {
    expect(of(anArmResult('ppo', changes), text)).toMatchObject({ met, certain: true });
  });

  it('ask less of a recovery that is driven by averages', () => {
    const arm = anArmResult('ppo', { toDoNothing: exactly(0.5) });
    expect(of(arm, /over that of doing nothing$/)?.met).toBe(false);
    expect(of(arm, /over that of doing nothing$/, 'averages')?.met).toBe(true);
  });

  it('say where the interval lies on both sides of the limit', () => {
    const arm = anArmResult('ppo', { harmful: { mean: 0.029, low: 0.02, high: 0.04 } });
    expect(of(arm, /with a harmful/)).toMatchObject({ met: true, certain: false });
  });

  it('take “no worse” as met while chance may explain the difference', () => {
    const arm = anArmResult('ppo', { toRunbook: { mean: 1.03, low: 0.99, high: 1.07 } });
    expect(of(arm, /tuned runbook/)).toMatchObject({ met: true, certain: false });
  });

  it('do not compare the tuned runbook with itself, and do not judge what was not played', () => {
    expect(of(RUNBOOK, /tuned runbook/)).toBeUndefined();
    expect(of(anArmResult('ppo', { actedOnDependency: null }), /dependency/)).toMatchObject({
      value: null,
      met: false,
    });
  });
});

describe('the verdict', () => {
  it('lets the runbook steer where a policy is better in nothing, and says so', () => {
    const { steers, reasons } = judge(RUNBOOK, anArmResult('ppo'));
    expect(steers).toBe('runbook-tuned');
    expect(reasons).toEqual([
      'Runbook-tuned comes out best in simulation: its MTTR is 0.40 [0.40…0.40] × that of doing nothing, and no learned policy has earned its place.',
      'Ppo should not steer: it is better than runbook-tuned in nothing that can be told.',
    ]);
  });

  it.each<[string, Partial<HealArmResult>]>([
    ['recovers surely sooner', { toRunbook: exactly(0.95) }],
    ['acts needlessly in surely fewer episodes', { unneeded: exactly(0.05) }],
    ['harms in surely fewer episodes', { harmful: exactly(0.005) }],
  ])('lets a policy steer that %s', (_, changes) => {
    const { steers, reasons } = judge(RUNBOOK, anArmResult('ppo', changes));
    expect(steers).toBe('ppo');
    expect(reasons).toHaveLength(1);
  });

  it.each<[string, Partial<HealArmResult>, RegExp]>([
    [
      'is slower',
      { toRunbook: exactly(1.1), unneeded: exactly(0) },
      /recovers later than the tuned runbook: 1\.10/,
    ],
    [
      'is sooner, but harms more often',
      { toRunbook: exactly(0.8), harmful: exactly(0.05) },
      /harmful action: 5\.0 .* with runbook-tuned 1\.0/,
    ],
    [
      'bought its recovery with capacity',
      { toRunbook: exactly(0.8), replicaHours: exactly(1.2) },
      /replica-hours/,
    ],
    ['left harm behind', { toRunbook: exactly(0.8), harmfulUnreverted: 2 }, /never taken back: 2/],
  ])('does not let a policy steer that %s', (_, changes, why) => {
    const { steers, reasons } = judge(RUNBOOK, anArmResult('ppo', changes));
    expect(steers).toBe('runbook-tuned');
    expect(reasons[1]).toMatch(why);
  });

  it('does not hold against a policy what the runbook does worse', () => {
    const careless = anArmResult('runbook-tuned', { harmful: exactly(0.1) });
    const { steers } = judge(careless, anArmResult('ppo', { harmful: exactly(0.05) }));
    expect(steers).toBe('ppo');
  });

  it('chooses the quickest of the policies that have earned it', () => {
    const dqn = anArmResult('dqn', { toRunbook: exactly(0.9), toDoNothing: exactly(0.36) });
    const ppo = anArmResult('ppo', { toRunbook: exactly(0.8), toDoNothing: exactly(0.32) });
    expect(judge(RUNBOOK, dqn, ppo).steers).toBe('ppo');
  });

  it('prefers the runbook that misses fewer targets that guard, then the quicker one', () => {
    const plain = anArmResult('runbook', { toDoNothing: exactly(0.44) });
    expect(judge(plain, RUNBOOK).steers).toBe('runbook-tuned');
    expect(judge(plain, { ...RUNBOOK, harmful: exactly(0.05) }).steers).toBe('runbook');
  });

  it('lets nothing steer where nothing helps, and never a bound or a comparison', () => {
    const slow = anArmResult('runbook-tuned', { toDoNothing: exactly(1.1) });
    const oracle = anArmResult('oracle', { role: 'bound', toDoNothing: exactly(0.2) });
    expect(judge(slow, oracle)).toMatchObject({ steers: null, arms: [{ name: 'runbook-tuned' }] });
  });

  it('says in words which targets an arm misses', () => {
    const arm = anArmResult('ppo', { harmful: { mean: 0.04, low: 0.025, high: 0.05 } });
    expect(judge(RUNBOOK, arm).arms[1]?.text).toBe(
      'meets 8 of 9 targets; misses episodes with a harmful action ≤ 3 % (4.0 [2.5…5.0] %, which may be chance)',
    );
  });
});

describe('a figure in words', () => {
  it('has its unit and its interval', () => {
    expect(figureText({ mean: 0.5, low: 0.4, high: 0.61 }, 'ratio')).toBe('0.50 [0.40…0.61] ×');
    expect(figureText({ mean: 0.5, low: 0.4, high: 0.61 }, 'share')).toBe('50.0 [40.0…61.0] %');
    expect(figureText(exactly(3), 'count')).toBe('3');
    expect(figureText(null, 'share')).toBe('unknown');
  });
});
