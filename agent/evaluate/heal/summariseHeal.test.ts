import { describe, expect, it } from 'vitest';
import { summariseHeal } from './summariseHeal';
import { anArm, aRecord } from './testing/records';

/** Two blocks of four episodes: an impactful fault, one that is over soon by itself, a dependency, and no fault. */
const NOTHING = anArm('do-nothing', [
  [
    aRecord('delay', { recoverySeconds: 200 }),
    aRecord('oom', { recoverySeconds: 20 }),
    aRecord('dependency'),
    aRecord(null),
  ],
  [
    aRecord('hung', { recoverySeconds: 100 }),
    aRecord('oom', { recoverySeconds: 30 }),
    aRecord('dependency'),
    aRecord(null),
  ],
]);
const RUNBOOK = anArm('runbook-tuned', [
  [
    aRecord('delay', { recoverySeconds: 50, helpedSeconds: 20, actions: 1, violatedShare: 0.05 }),
    aRecord('oom', { recoverySeconds: 20 }),
    aRecord('dependency'),
    aRecord(null),
  ],
  [
    aRecord('hung', { recoverySeconds: 100 }),
    aRecord('oom', { recoverySeconds: 10, helpedSeconds: 5, actions: 2, unneededActions: 1 }),
    aRecord('dependency', { actions: 1, unneededActions: 1 }),
    aRecord(null),
  ],
]);
const POLICY = anArm(
  'ppo',
  [
    [
      aRecord('delay', { recoverySeconds: 50 }),
      aRecord('oom', { recoverySeconds: 20 }),
      aRecord('dependency', { actions: 3, harmfulActions: 2, harmfulUnreverted: 1 }),
      aRecord(null, { actions: 1, unneededActions: 1, replicaHours: 1.4 }),
    ],
    [
      aRecord('hung', { recoverySeconds: 80, recovered: false }),
      aRecord('oom', { recoverySeconds: 30 }),
      aRecord('dependency'),
      aRecord(null),
    ],
  ],
  { role: 'learned', judged: [[0.9, true]] },
);

describe('the summary of an evaluation', () => {
  const { arms, episodes } = summariseHeal([NOTHING, RUNBOOK, POLICY]);
  const [nothing, runbook, policy] = arms;

  it('counts episodes by kind, and as impactful those in which doing nothing takes more than 30 s', () => {
    expect(episodes.filter(({ count }) => count > 0)).toEqual([
      { fault: 'oom', remedy: 'agent', count: 2, impactful: 0 },
      { fault: 'delay', remedy: 'agent', count: 1, impactful: 1 },
      { fault: 'hung', remedy: 'agent', count: 1, impactful: 1 },
      { fault: 'dependency', remedy: 'time', count: 2, impactful: 2 },
      { fault: null, remedy: 'none', count: 2, impactful: 0 },
    ]);
  });

  it('has the recovery of impactful faults that an agent can fix apart from the rest', () => {
    // Blocks: 200 and 100, then 50 and 100.
    expect(nothing?.impactful?.mean).toBe(150);
    expect(runbook?.impactful?.mean).toBe(75);
    // Blocks: (50 + 20) ÷ 2 and (100 + 10) ÷ 2.
    expect(runbook?.fixable?.mean).toBe(45);
    expect(runbook?.timeOnly?.mean).toBe(100);
    expect(runbook?.impactfulSpread).toEqual({ median: 75, p95: 97.5 });
    expect(policy?.unrecovered).toBe(1);
  });

  it('compares each arm with doing nothing and with the tuned runbook in the same episodes', () => {
    // Blocks: 50 ÷ 200 and 100 ÷ 100.
    expect(runbook?.toDoNothing?.mean).toBe(0.625);
    expect(runbook?.toRunbook).toEqual({ mean: 1, low: 1, high: 1 });
    // Blocks: 50 ÷ 50 and 80 ÷ 100.
    expect(policy?.toRunbook?.mean).toBe(0.9);
    // Sooner in one of two, equal in the other.
    expect(runbook?.soonerThanDoNothing?.mean).toBe(0.75);
    expect(policy?.soonerThanRunbook?.mean).toBe(0.75);
  });

  it('adds up requests outside the SLO: over all episodes, and against doing nothing where an agent can help', () => {
    // Six of the eight episodes have a fault, with a tenth each, in one of them the half of it.
    expect(runbook?.withinSlo?.mean).toBeCloseTo(1 - 0.55 / 8, 10);
    expect(runbook?.violatedToDoNothing?.mean).toBeCloseTo(0.35 / 0.4, 10);
  });

  it('counts as acted any action where none was needed, and keeps what the simulation judged', () => {
    expect(policy?.actedWithoutFault?.mean).toBe(0.5);
    expect(policy?.actedOnDependency?.mean).toBe(0.5);
    expect(runbook?.unneeded?.mean).toBe(0.25);
    expect(policy?.harmful?.mean).toBe(0.125);
    expect(policy).toMatchObject({ harmfulActions: 2, harmfulUnreverted: 1, actionsPerEpisode: 0.5 });
    expect(policy?.replicaHours.mean).toBeCloseTo(1.05, 10);
  });

  it('tells when faults were seen and when they were helped', () => {
    expect(runbook?.detected).toEqual({ median: 10, p95: 10 });
    // 5 and 20.
    expect(runbook?.helped?.median).toBe(12.5);
    expect(nothing?.helped).toBeNull();
  });

  it('has every figure by kind of fault', () => {
    const figures = (fault: string) => runbook?.faults.find((own) => own.fault === fault);
    expect(figures('delay')?.recovery?.mean).toBe(50);
    expect(figures('delay')?.ratio?.mean).toBe(0.25);
    expect(figures('oom')?.unneeded?.mean).toBe(0.5);
    expect(figures('node-loss')).toMatchObject({ recovery: null, ratio: null, harmful: null });
  });

  it('has the reliability of an arm that says how sure it is, and of no other', () => {
    expect(policy?.reliability).toMatchObject({ count: 1 });
    expect(policy?.reliability?.error).toBeCloseTo(0.1, 10);
    expect(runbook?.reliability).toBeNull();
  });

  it('takes several trainings of a policy as runs of one arm', () => {
    const both = { ...POLICY, runs: [...POLICY.runs, ...RUNBOOK.runs] };
    const summary = summariseHeal([NOTHING, RUNBOOK, both]).arms[2];
    expect(summary?.runs).toBe(2);
    // The middle two of 50, 80, 50 and 100.
    expect(summary?.impactful?.mean).toBe(65);
  });

  it('cannot be made without the arms that all others are measured by', () => {
    expect(() => summariseHeal([NOTHING])).toThrow('runbook-tuned was not played');
  });
});
