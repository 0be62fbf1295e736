import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigSchema } from '../config/schema';
import { outOfDistribution } from './rules/outOfDistribution';

function judge(score: number | null, most: number, approvedBy: string | null = null) {
  const config = ConfigSchema.parse({ guard: { maxOutOfDistribution: most } });
  return outOfDistribution.judge({ config, outOfDistribution: score, approvedBy })?.outcome ?? null;
}

describe('the rule on states unlike the training', () => {
  const cases: [string, number | null, number, ReturnType<typeof judge>][] = [
    ['leaves alone what is not known, as with rules', null, 1, null],
    ['leaves alone what is as usual as may be', 1, 1, null],
    ['asks beyond that', 1.01, 1, 'needs-approval'],
    ['asks where it cannot be compared', Number.NaN, 1, 'needs-approval'],
    ['follows the config', 2.5, 3, null],
  ];
  for (const [what, score, most, expected] of cases) {
    it(what, () => expect(judge(score, most)).toBe(expected));
  }

  it('says by how much', () => {
    const config = ConfigSchema.parse({});
    const ruling = outOfDistribution.judge({ config, outOfDistribution: 2.34, approvedBy: null });
    expect(ruling?.reason).toContain('2.3× as unusual as one in a thousand of its training, 1 at most');
  });

  it('never lets an unusual state pass by itself, never denies, and never stands in a person’s way', () => {
    const score = fc.option(fc.double({ min: 0, max: 1e6, noNaN: false }));
    fc.assert(
      fc.property(score, fc.double({ min: 0, max: 100, noNaN: true }), (unusual, most) => {
        expect(judge(unusual, most, 'ada')).toBeNull();
        const isUsual = unusual === null || unusual <= most;
        expect(judge(unusual, most)).toBe(isUsual ? null : 'needs-approval');
        // More room never asks where less did not.
        if (judge(unusual, most) === null) expect(judge(unusual, most + 1)).toBeNull();
      }),
    );
  });
});
