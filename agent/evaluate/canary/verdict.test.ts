import { describe, expect, it } from 'vitest';
import type { Against, CanaryArmResult } from './canaryResult';
import { anArmResult } from './testing/records';
import { defaultPace, judgeCanary } from './verdict';

const exactly = (mean: number) => ({ mean, low: mean - 0.001, high: mean + 0.001 });
const against = (harm: number, changes: Partial<NonNullable<Against>> = {}): Against => ({
  harmSeconds: exactly(harm),
  falsePromotion: exactly(0),
  falseRollback: exactly(0),
  undecided: exactly(0),
  ...changes,
});

const FIXED = anArmResult('tests-fast', {}, { toFixedPace: null, title: 'fast tests, fixed steps' });
const steps = (toFixed: Against) =>
  anArmResult('evidence-steps', {}, { toFixedPace: toFixed, toRulePace: null, title: 'evidence steps' });
const learned = (toFixed: Against, toRule: Against, changes: Partial<CanaryArmResult> = {}) =>
  anArmResult(
    'canary-ppo',
    {},
    { role: 'learned', toFixedPace: toFixed, toRulePace: toRule, title: 'PPO', ...changes },
  );
const BETTER_STEPS = steps(against(0.8));

describe('the pace by default', () => {
  it('is that of fixed steps where the rule’s exposes no less, or decides worse', () => {
    expect(defaultPace({ arms: [FIXED, steps(against(1.1))] })).toBe('tests-fast');
    const worse = steps(against(0.8, { falsePromotion: exactly(0.03) }));
    expect(defaultPace({ arms: [FIXED, worse] })).toBe('tests-fast');
    expect(defaultPace({ arms: [FIXED, BETTER_STEPS] })).toBe('evidence-steps');
  });

  it('is a learned one that exposes much less at equal error rates', () => {
    expect(defaultPace({ arms: [FIXED, BETTER_STEPS, learned(against(0.5), against(0.7))] })).toBe(
      'canary-ppo',
    );
  });

  const objections: [string, CanaryArmResult, RegExp][] = [
    [
      'exposes too much',
      learned(against(0.75), against(0.9)),
      /harm before its verdicts is 0\.75 .* that of fixed steps/,
    ],
    [
      'exposes no less than the rule',
      learned(against(0.6), against(1)),
      /it is 1\.00 .* that of evidence steps/,
    ],
    [
      'promotes more bad releases',
      learned(against(0.5), against(0.7, { falsePromotion: { mean: 0.005, low: -0.01, high: 0.02 } })),
      /false promotions are 0\.5 \[-1\.0…2\.0\] points more than with evidence steps/,
    ],
    [
      'rolls back more healthy ones',
      learned(against(0.5), against(0.7, { falseRollback: { mean: 0.008, low: 0.004, high: 0.012 } })),
      /false rollbacks are 0\.8/,
    ],
    [
      'leaves more to people',
      learned(against(0.5), against(0.7, { undecided: exactly(0.05) })),
      /releases without a verdict are 5\.0/,
    ],
    [
      'ends releases itself',
      learned(against(0.2), against(0.3), { verdict: 'policy' }),
      /owns promotion and rollback/,
    ],
  ];
  it.each(objections)('is not a learned one that %s', (_, arm, objection) => {
    const arms = [FIXED, BETTER_STEPS, arm];
    expect(defaultPace({ arms })).toBe('evidence-steps');
    const { reasons } = judgeCanary({ arms });
    expect(reasons.find((reason) => reason.startsWith('PPO should not set the pace'))).toMatch(objection);
  });

  it('is said not to be a learned one with what that would change', () => {
    const slow = learned(against(0.5), against(0.7, { undecided: exactly(0.05) }));
    const [, reason] = judgeCanary({ arms: [FIXED, BETTER_STEPS, slow] }).reasons;
    expect(reason).toMatch(
      /\. Harm before its verdicts: 0\.50 \[0\.50…0\.50\] × that of fixed steps; healthy releases are promoted after 45 min in the median, against 45 min with evidence steps\.$/,
    );
  });

  it('is said with its error rates', () => {
    const { pace, reasons } = judgeCanary({ arms: [FIXED, BETTER_STEPS] });
    expect(pace).toBe('evidence-steps');
    expect(reasons).toEqual([
      'Evidence steps should set the pace under the tests: of bad releases 3.0 [3.0…3.0] % are promoted (1.0 [1.0…1.0] % while they do harm), ' +
        'of healthy ones 1.0 [1.0…1.0] % are rolled back, 2.0 [2.0…2.0] % are left to a person; ' +
        'the harm before a verdict is 0.80 [0.80…0.80] × that of the same tests with fixed steps. No learned policy was compared.',
    ]);
  });
});

describe('a baseline', () => {
  const baseline = (figures: Parameters<typeof anArmResult>[1]) =>
    anArmResult('flagger', figures, { verdict: 'policy', title: 'Flagger' });

  it('is told in what it wins, and what that costs', () => {
    const flagger = baseline({
      falsePromotion: exactly(0.5),
      falseRollback: exactly(0.2),
      undecided: exactly(0),
      harmSeconds: exactly(5),
      promoteMinutes: { median: 7, p90: 9 },
    });
    expect(judgeCanary({ arms: [FIXED, BETTER_STEPS, flagger] }).baselineWins[0]).toBe(
      'Flagger leaves fewer releases to a person (0.0 [-0.1…0.1] % against 2.0 [2.0…2.0] %), ' +
        'lets bad ones do less harm before the verdict (5.0 s against 20.0 s) and promotes sooner (7 min against 45 min in the median) ' +
        'than evidence steps; but promotes of the bad ones 50.0 [49.9…50.1] % against 3.0 [3.0…3.0] %, rolls back of the healthy ones 20.0 [19.9…20.1] % against 1.0 [1.0…1.0] %.',
    );
  });

  it('that wins in nothing is not told', () => {
    const flagger = baseline({ falsePromotion: exactly(0.5) });
    expect(judgeCanary({ arms: [FIXED, BETTER_STEPS, flagger] }).baselineWins).toEqual([]);
  });
});

describe('the targets', () => {
  it('are held against every arm that people release by', () => {
    const hold = anArmResult('hold', {}, { role: 'comparison', verdict: 'policy' });
    const { arms } = judgeCanary({ arms: [hold, FIXED, steps(against(0.6))] });
    expect(arms.map(({ name }) => name)).toEqual(['tests-fast', 'evidence-steps']);
    const [fixed, rule] = arms;
    // Without levels and scenarios there is but the exposure, which fixed steps are not held to.
    expect(fixed?.text).toBe('meets 0 of 0 targets');
    expect(rule?.text).toBe('meets 1 of 1 targets');
    const exposure = rule?.outcomes.find(({ target }) => target.unit === 'ratio');
    expect(exposure).toMatchObject({ met: true, certain: true });
  });
});
