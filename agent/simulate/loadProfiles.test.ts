import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadShape } from '../sim/load';
import {
  LOAD_PROFILE_NAMES,
  LOAD_PROFILES,
  parseStages,
  REQUESTS_PER_USER,
  stagesLoad,
  totalSeconds,
  traceLoad,
} from './loadProfiles';

describe('stages in the notation of k6', () => {
  it('are times and virtual users', () => {
    expect(parseStages('2m:10, 1m30s:50,500ms:0')).toEqual([
      { durationSeconds: 120, users: 10 },
      { durationSeconds: 90, users: 50 },
      { durationSeconds: 0.5, users: 0 },
    ]);
  });

  it.each([
    ['', 'The stage "" is not a time and a number'],
    ['2m', '"2m" is not a time'],
    ['2m:ten', '"2m:ten" is not a time'],
    ['2m:-5', 'is not a time'],
    ['2:10', 'is not a time'],
    ['m:10', 'is not a time'],
    ['2m:10,', 'The stage "" is not a time'],
    ['2m:10;5m:50', 'is not a time'],
    ['2m:1e9', 'is not a time'],
    ['2m:100001', 'has 100001 virtual users; 100000 is the most'],
    ['0s:10', 'takes 0 s'],
    ['169h:10', 'takes 608400 s'],
    [Array(101).fill('1m:1').join(','), 'has 101 stages'],
  ])('are refused where they are %j', (text, expected) => {
    expect(() => parseStages(text)).toThrow(expected);
  });

  it('are read back as they were written', () => {
    const stage = fc.record({ seconds: fc.integer({ min: 1, max: 3600 }), users: fc.nat(100_000) });
    fc.assert(
      fc.property(fc.array(stage, { minLength: 1, maxLength: 100 }), (stages) => {
        const text = stages.map(({ seconds, users }) => `${seconds}s:${users}`).join(',');
        expect(parseStages(text)).toEqual(
          stages.map(({ seconds, users }) => ({ durationSeconds: seconds, users })),
        );
      }),
    );
  });
});

describe('a load with a name', () => {
  it.each([
    ['gradual', 12 * 60, 100],
    ['spike', 120, 200],
    ['sustained', 600, 100],
  ] as const)('%s takes %d s and has up to %d virtual users', (name, seconds, most) => {
    const stages = parseStages(LOAD_PROFILES[name]);
    expect(totalSeconds(stages)).toBe(seconds);
    expect(Math.max(...stages.map(({ users }) => users))).toBe(most);
  });

  it('is a shape that a Service can have', () => {
    for (const name of LOAD_PROFILE_NAMES) {
      const load = stagesLoad(parseStages(LOAD_PROFILES[name]), 2, 30);
      expect(LoadShape.parse(JSON.parse(JSON.stringify(load)))).toEqual(load);
    }
  });

  it('makes as many requests of each virtual user as the scripts for k6', () => {
    const load = stagesLoad([{ durationSeconds: 60, users: 10 }], 2, 0);
    expect(load).toMatchObject({ stages: [{ durationSeconds: 60, target: 10 * REQUESTS_PER_USER * 2 }] });
  });

  it('may be a trace, made larger or smaller', () => {
    expect(traceLoad({ values: [1, 3], intervalSeconds: 60 }, 10, 5)).toEqual({
      kind: 'trace',
      values: [10, 30],
      intervalSeconds: 60,
      noise: 0,
      startAfterSeconds: 5,
    });
  });
});
