import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace, PaceSettings } from './pace';

const DEFAULTS = PaceSettings.parse({});

/** Lets a pace answer wishes in turn, from `pods` on, and makes what it allows. */
function play(wishes: readonly (readonly [seconds: number, wanted: number])[], pods: number, settings = {}) {
  const pace = new Pace({ ...DEFAULTS, ...settings });
  return wishes.map(([seconds, wanted]) => {
    const allowed = pace.clamp(wanted, pods, seconds);
    pace.note(allowed - pods, seconds);
    pods = allowed;
    return allowed;
  });
}

describe('the pace of the guard', () => {
  const cases: [string, readonly (readonly [number, number])[], number[]][] = [
    ['lets up no more than five pods a minute', [[0, 30]], [15]],
    [
      'lets up every 30 s, and what the minute has left',
      [
        [0, 12],
        [15, 20],
        [30, 20],
        [60, 20],
      ],
      [12, 12, 15, 17],
    ],
    ['lets down no more than three pods at a time', [[0, 2]], [7]],
    [
      'lets down again after three minutes',
      [
        [0, 2],
        [165, 2],
        [180, 2],
      ],
      [7, 7, 4],
    ],
    [
      'does not let down soon after up',
      [
        [0, 11],
        [165, 5],
        [180, 5],
      ],
      [11, 11, 8],
    ],
    [
      'lets up soon after down',
      [
        [0, 9],
        [15, 11],
      ],
      [9, 11],
    ],
    [
      'leaves what is wanted already',
      [
        [0, 10],
        [15, 10],
      ],
      [10, 10],
    ],
  ];
  for (const [what, wishes, allowed] of cases) {
    it(what, () => expect(play(wishes, 10)).toEqual(allowed));
  }

  it('takes its limits from the settings', () => {
    const settings = { podsUpPerMinute: 8, scaleUpCooldownSeconds: 0, podsDownPerMinute: 1 };
    expect(
      play(
        [
          [0, 15],
          [15, 30],
          [300, 1],
        ],
        10,
        settings,
      ),
    ).toEqual([15, 18, 17]);
  });

  it('forgets what was before a reset', () => {
    const pace = new Pace(DEFAULTS);
    pace.note(5, 0);
    expect(pace.clamp(20, 10, 15)).toBe(10);
    pace.reset();
    expect(pace.clamp(20, 10, 15)).toBe(15);
  });

  it('never goes beyond the wish, never the other way, and never above the pods of a minute', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 60 })), {
          minLength: 1,
          maxLength: 60,
        }),
        (steps) => {
          const pace = new Pace(DEFAULTS);
          const made: { seconds: number; change: number }[] = [];
          let pods = 20;
          let seconds = 0;
          for (const [wait, wanted] of steps) {
            seconds += 15 * wait;
            const allowed = pace.clamp(wanted, pods, seconds);
            expect(Math.min(pods, wanted)).toBeLessThanOrEqual(allowed);
            expect(Math.max(pods, wanted)).toBeGreaterThanOrEqual(allowed);
            const change = allowed - pods;
            pace.note(change, seconds);
            made.push({ seconds, change });
            pods = allowed;
            const minute = made.filter((each) => seconds - each.seconds < 60);
            const sum = (sign: number) =>
              minute.reduce((total, each) => total + Math.max(0, sign * each.change), 0);
            expect(sum(1)).toBeLessThanOrEqual(5);
            expect(sum(-1)).toBeLessThanOrEqual(3);
          }
        },
      ),
    );
  });
});
