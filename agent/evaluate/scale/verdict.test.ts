import { describe, expect, it } from 'vitest';
import type { PlayedArm } from './playedDays';
import { anArm, aResult, onBoth } from './testing/records';
import { judgeScale } from './verdict';

const PRICES = [5, 20, 80];
/** Pods fall short of 10 by what it saves at each price. */
const priced = (pods: number, changes: Parameters<typeof onBoth>[0] = {}) =>
  PRICES.flatMap((violationPrice) =>
    onBoth({ violationPrice, meanPods: pods, actionsPerHour: 8, ...changes }),
  );

const REFERENCES: PlayedArm[] = [
  anArm('hpa-tuned', priced(10)),
  anArm('predictive-tuned', priced(9)),
  anArm('clairvoyant', priced(5), { role: 'bound' }),
];
const learned = (days: ReturnType<typeof priced>, name = 'ppo') => anArm(name, days, { role: 'learned' });
const judge = (...arms: PlayedArm[]) => judgeScale(aResult([...REFERENCES, ...arms]));

describe('the verdict', () => {
  it('lets the best rule steer where no policy was compared', () => {
    const { steers, reasons, whenLearningPays } = judge();
    expect(steers).toBe('predictive-tuned');
    expect(reasons).toEqual([
      'Predictive-tuned comes out best in simulation: its cost J is 0.90, 0.90, 0.90 × that of the tuned HPA at W = 5, 20, 80; no learned policy was compared.',
    ]);
    expect(whenLearningPays).toBeNull();
  });

  it('lets a policy steer that is cheaper than the best rule beyond chance', () => {
    const { steers, reasons, whenLearningPays } = judge(learned(priced(8)));
    expect(steers).toBe('ppo');
    expect(reasons[0]).toMatch(/^Ppo comes out best in simulation: its cost J is 0\.80, 0\.80, 0\.80 ×/);
    expect(whenLearningPays).toBe(
      'Learning pays against a tuned HPA on 2 of 2 loads at W = 20, most on calm (0.80 ×), wild (0.80 ×); it loses on none beyond chance.',
    );
  });

  const objections: [string, ReturnType<typeof priced>, RegExp][] = [
    ['as good as the rule', priced(9), /its J is 1\.00 \[1\.00…1\.00\] × that of predictive-tuned at W = 20/],
    [
      'dearer than the rule at another price',
      PRICES.flatMap((violationPrice) =>
        onBoth({ violationPrice, meanPods: violationPrice === 80 ? 9.5 : 8, actionsPerHour: 8 }),
      ),
      /at W = 80/,
    ],
    [
      'much worse than the HPA on one load',
      PRICES.flatMap((violationPrice) => [
        { workload: 'calm', violationPrice, meanPods: 5, actionsPerHour: 8 },
        { workload: 'wild', violationPrice, meanPods: 11.5, actionsPerHour: 8 },
      ]),
      /on wild it costs 1\.15 × as much as the tuned HPA/,
    ],
    ['acting much more often', priced(8, { actionsPerHour: 16 }), /it acts 2\.0 × as often as the tuned HPA/],
  ];
  for (const [what, days, objection] of objections) {
    it(`leaves the rule steering beside a policy that is ${what}`, () => {
      const { steers, reasons } = judge(learned(days));
      expect(steers).toBe('predictive-tuned');
      expect(reasons[1]).toMatch(objection);
    });
  }

  it('says where learning loses, and where the rule is as good', () => {
    const days = PRICES.flatMap((violationPrice) => [
      { workload: 'calm', violationPrice, meanPods: 8, actionsPerHour: 8 },
      { workload: 'wild', violationPrice, meanPods: 10.5, actionsPerHour: 8 },
    ]);
    expect(judge(learned(days)).whenLearningPays).toBe(
      'Learning pays against a tuned HPA on 1 of 2 loads at W = 20, most on calm (0.80 ×); it loses on wild (1.05 ×); predictive-tuned is as good or better on wild.',
    );
  });

  it('holds every arm that can steer to the targets', () => {
    const { arms } = judge(learned(priced(8), 'ppo'));
    expect(arms.map(({ name }) => name)).toEqual(['hpa-tuned', 'predictive-tuned', 'ppo']);
    const [, , ppo] = arms;
    const outcome = (text: string) => ppo?.outcomes.find(({ target }) => target.text.startsWith(text));
    expect(outcome('J over that of the tuned HPA, W = 80')).toMatchObject({ met: true, certain: true });
    expect(outcome('the worst load')).toMatchObject({ met: true });
    // It has no violations at all, and so no frontier.
    expect(outcome('violations cut')).toMatchObject({ value: null, met: false });
    expect(ppo?.text).toBe('meets 6 of 6 targets');
    expect(arms[0]?.text).toMatch(
      /^meets 2 of 6 targets; misses J over that of the tuned HPA, W = 20 ≤ 0\.93 ×/,
    );
  });
});
