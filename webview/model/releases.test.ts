import { describe, expect, it, test } from 'vitest';
import type { ReleaseState } from '../../agent/protocol';
import {
  exampleEvidence,
  exampleIdleRelease,
  exampleRelease,
  NOW_MS,
} from '../../test/support/protocolExamples';
import {
  releaseLabel,
  releaseProblems,
  releaseTitle,
  releaseWords,
  requestShare,
  shownRelease,
  stepText,
  waitsFor,
  weightBar,
  weightWords,
} from './releases';

const CLOCK = { originMs: NOW_MS, wallOriginMs: 0, rate: 10 };

test.each([
  [0, '▱▱▱▱▱▱▱▱▱▱ 0 %'],
  [1, '▰▱▱▱▱▱▱▱▱▱ 1 %'],
  [20, '▰▰▱▱▱▱▱▱▱▱ 20 %'],
  [99.5, '▰▰▰▰▰▰▰▰▰▱ 99.5 %'],
  [100, '▰▰▰▰▰▰▰▰▰▰ 100 %'],
  [null, 'weight unknown'],
])('a weight of %s is drawn as %s: some is never none, and most never all', (weight, bar) => {
  expect(weightBar(weight)).toBe(bar);
});

test('a weight is said in words', () => {
  expect(weightWords(12.5)).toBe('12.5 % of the traffic on the canary');
  expect(weightWords(null)).toContain('nobody knows');
});

describe('how a release stands', () => {
  it('is said with why and with how much say Coxswain has', () => {
    expect(releaseWords(exampleRelease(), NOW_MS)).toEqual({
      title: 'Under way for 5 min',
      text: 'Holds at 10 %: the evidence does not carry more yet. Coxswain sets the pace, promotes and rolls back.',
      tone: 'act',
    });
    expect(releaseWords(exampleIdleRelease({ steering: 'shadow' }), NOW_MS).title).toBe(
      'No release under way',
    );
  });

  it.each([
    [{ phase: 'progressing', weight: 10 }, 'canary 10 %'],
    [{ phase: 'starting', weight: null }, 'canary'],
    [{ phase: 'paused', weight: 5 }, 'canary paused at 5 %'],
    [{ phase: 'rolling-back', weight: 0 }, 'canary being rolled back'],
    [{ phase: 'idle', weight: 0 }, ''],
    [{ phase: 'failed', weight: 0 }, ''],
  ] as const)('has a label for narrow places: %o', (part, label) => {
    expect(releaseLabel(part)).toBe(label);
  });

  it('names its step, and none where it has none', () => {
    expect(stepText(exampleRelease())).toBe('step 2 of 3: set weight 10 %');
    expect(stepText({ steps: [] })).toBe('');
  });

  it('has its problems as sentences', () => {
    const release = exampleRelease({ problem: 'the Service is missing', gitOps: 'Argo CD', legacy: null });
    expect(releaseProblems(release)).toEqual([
      'the Service is missing.',
      'Argo CD owns the object: changes are proposed, never made.',
    ]);
  });
});

describe('what it waits for', () => {
  const waits = (part: Partial<ReleaseState>, evidence = exampleEvidence({ bakeUntilMs: null })) =>
    waitsFor(exampleRelease({ evidence, ...part }), CLOCK, 0);

  it('is a number of requests before anything else', () => {
    expect(waits({}, exampleEvidence({ requests: 40, bakeUntilMs: null }))).toEqual([
      '60 more requests on the canary: there is no verdict before',
    ]);
  });

  it('is evidence, and the bake time in the time of the person who waits', () => {
    expect(waits({})).toEqual(['Evidence that is certain enough']);
    expect(waits({}, exampleEvidence({ verdict: 'safe', bakeUntilMs: NOW_MS + 600_000 }))).toEqual([
      'The end of the bake time, in 1:00',
    ]);
  });

  it('is a person where it is paused or nobody steers it', () => {
    expect(waits({ phase: 'paused', steering: 'off' })).toEqual([
      'Somebody who resumes it',
      'Somebody who steers it: Coxswain only watches',
      'Evidence that is certain enough',
    ]);
  });

  it('is nothing once it is decided', () => {
    expect(waits({ phase: 'rolling-back' })).toEqual([]);
    expect(waitsFor(exampleIdleRelease(), CLOCK, 0)).toEqual([]);
  });
});

test('the share of the least requests is never more than all of them', () => {
  expect(requestShare({ requests: 25, minRequests: 100 })).toBe(0.25);
  expect(requestShare({ requests: 250, minRequests: 100 })).toBe(1);
  expect(requestShare({ requests: 0, minRequests: 0 })).toBe(1);
});

test('what was chosen is shown, else what is under way, else what has a problem', () => {
  const idle = exampleIdleRelease({ id: 'a' });
  const troubled = exampleIdleRelease({ id: 'b', problem: 'x' });
  const running = exampleRelease({ id: 'c' });
  expect(shownRelease([idle, troubled, running], 'a')?.id).toBe('a');
  expect(shownRelease([idle, troubled, running], 'gone')?.id).toBe('c');
  expect(shownRelease([idle, troubled], null)?.id).toBe('b');
  expect(shownRelease([], null)).toBeNull();
});

test('two of one name are told apart', () => {
  const other = exampleRelease({ ref: { kind: 'Canary', namespace: 'web', name: 'checkout' } });
  expect(releaseTitle(exampleRelease(), [exampleRelease(), other])).toBe('shop/checkout');
  expect(releaseTitle(other, [other])).toBe('checkout (Canary)');
});
