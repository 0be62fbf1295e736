import { expect, it } from 'vitest';
import type { Interval } from '../../rl/policy/policyModel';
import { judgeTarget, type Target } from './target';

type Arm = Interval | null;

const aTarget = (part: Partial<Target<Arm>>): Target<Arm> => ({
  text: 'a figure',
  unit: 'ratio',
  limit: 1,
  side: 'most',
  figure: (arm) => arm,
  ...part,
});
const interval = (low: number, mean: number, high: number): Interval => ({ low, mean, high });

it.each<[string, Partial<Target<Arm>>, Arm, { met: boolean; certain: boolean }]>([
  ['wholly below', {}, interval(0.7, 0.8, 0.9), { met: true, certain: true }],
  ['at the limit', {}, interval(1, 1, 1), { met: true, certain: true }],
  ['below, which may be chance', {}, interval(0.7, 0.8, 1.1), { met: true, certain: false }],
  ['above, which may be chance', {}, interval(0.9, 1.1, 1.2), { met: false, certain: false }],
  ['wholly above', {}, interval(1.1, 1.2, 1.3), { met: false, certain: true }],
  ['unknown', {}, null, { met: false, certain: false }],
  ['at least it', { side: 'least' }, interval(1.1, 1.2, 1.3), { met: true, certain: true }],
  ['not quite at least it', { side: 'least' }, interval(0.8, 0.9, 1.1), { met: false, certain: false }],
  ['no worse, in doubt', { isNoWorse: true }, interval(0.9, 1.1, 1.2), { met: true, certain: false }],
  ['worse beyond doubt', { isNoWorse: true }, interval(1.1, 1.2, 1.3), { met: false, certain: true }],
  [
    'no worse than at least it',
    { isNoWorse: true, side: 'least' },
    interval(0.8, 0.9, 1.1),
    { met: true, certain: false },
  ],
])('a figure that is %s', (_what, part, arm, outcome) => {
  expect(judgeTarget(aTarget(part), arm)).toMatchObject(outcome);
});
