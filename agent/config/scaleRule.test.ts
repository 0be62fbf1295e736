import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { checkConfig } from './parse';
import { type TunedRule, writtenRule } from './scaleRule';

const inWorkload = (rule: string) => `workloads:\n  shop/web:\n    scale:\n      rule: ${rule}\n`;
const ruleIn = (text: string) => checkConfig(text).config?.workloads['shop/web']?.scale?.rule;

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
/** Whole seconds, in milliseconds. */
const window = fc.integer({ min: 0, max: 3600 }).map((seconds) => 1000 * seconds);
const staffing = { target: number(0.1, 1), safety: number(0, 10), downWindow: window };
const anyRule: fc.Arbitrary<TunedRule> = fc.oneof(
  fc.record({
    kind: fc.constant('predictive' as const),
    ...staffing,
    trendGain: number(0, 2),
    tolerance: number(0, 0.5),
  }),
  fc.record({
    kind: fc.constant('quantile' as const),
    quantile: fc.constantFrom(80 as const, 95 as const),
    ...staffing,
  }),
  fc.record(
    {
      kind: fc.constant('hpa' as const),
      target: number(0.1, 1),
      tolerance: number(0, 0.5),
      downWindow: window,
      upWindow: window,
    },
    { requiredKeys: ['kind', 'target', 'tolerance', 'downWindow'] },
  ),
);

describe('a workload’s own scaling rule', () => {
  it('has windows in milliseconds, and an HPA’s way up may be left out', () => {
    expect(ruleIn(inWorkload('{kind: hpa, target: 0.6, tolerance: 0.02, downWindow: 10m}'))).toEqual({
      ...{ kind: 'hpa', target: 0.6, tolerance: 0.02, downWindow: 600_000 },
    });
  });

  it.each([
    ['no kind', '{target: 0.9}', /^4:13 workloads.shop\/web.scale.rule.kind: /],
    ['a kind that is none', '{kind: oracle}', /^4:20 .*rule.kind: /],
    [
      'a setting of another kind',
      '{kind: quantile, quantile: 95, target: 0.9, safety: 1, downWindow: 0s, trendGain: 1}',
      /unknown key "workloads.shop\/web.scale.rule.trendGain"$/,
    ],
    ['a setting that is missing', '{kind: hpa, target: 0.6, tolerance: 0.1}', /^4:13 .*rule.downWindow: /],
    [
      'a quantile that is not forecast',
      '{kind: quantile, quantile: 90, target: 0.9, safety: 1, downWindow: 0s}',
      /^4:40 .*rule.quantile: expected 80 or 95$/,
    ],
    [
      'a target that divides by nothing',
      '{kind: hpa, target: 0, tolerance: 0.1, downWindow: 5m}',
      /^4:33 .*rule.target: /,
    ],
    [
      'a window beyond what is remembered',
      '{kind: hpa, target: 0.6, tolerance: 0.1, downWindow: 2h}',
      /rule.downWindow: expected 0s to 1h$/,
    ],
  ])('is refused with %s, where it stands', (_, rule, problem) => {
    const problems = checkConfig(inWorkload(rule)).problems;
    expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      expect.stringMatching(problem),
    ]);
  });

  it('is read again as it was written, whatever it is', () => {
    fc.assert(
      fc.property(anyRule, (rule) => {
        const workloads = { 'shop/web': { scale: { rule: writtenRule(rule) } } };
        expect(ruleIn(stringify({ workloads }))).toEqual(rule);
      }),
    );
  });
});
