import { describe, expect, it } from 'vitest';
import { createCanaryEnv } from '../../sim/canary/canaryEnv';
import { toRecord } from './episodeRecord';

/** Goes to a share of the traffic at once, and to another after some steps. */
function infoOf(scenario: string, first: number, last: number, requestsPerSecond = 50) {
  const env = createCanaryEnv({
    verdict: 'policy',
    scenarios: [scenario],
    requestsPerSecond: [requestsPerSecond, requestsPerSecond],
  });
  env.reset(3);
  for (let step = 0; step < 4; step++) env.routeTo(first);
  env.routeTo(last);
  return env.info();
}

describe('the record of a release', () => {
  it('tells how it ended and what harm it did', () => {
    const promoted = toRecord(4, 3, infoOf('buggy', 0.2, 1));
    expect(promoted).toMatchObject({
      cell: 4,
      seed: 3,
      bad: true,
      verdict: 'promoted',
      minutes: 2.5,
      harmActive: true,
      harmMinutes: 2.5,
    });
    expect(promoted.steadyErrorShare).toBeGreaterThan(0);
    expect(promoted.exposedRequests).toBe(promoted.requests);
    const rolledBack = toRecord(4, 3, infoOf('buggy', 0.1, 0));
    expect(rolledBack.verdict).toBe('rolled-back');
    expect(rolledBack.harmSeconds).toBeLessThan(promoted.harmSeconds);
  });

  it('has no harm of a healthy one, and nothing to tell by without traffic', () => {
    expect(toRecord(0, 3, infoOf('healthy', 0.2, 0.3))).toMatchObject({
      bad: false,
      verdict: 'undecided',
      harmActive: false,
      harmMinutes: null,
      steadyErrorShare: 0,
      exposedRequests: 0,
      harmSeconds: 0,
    });
    expect(toRecord(0, 3, infoOf('no-traffic', 0.2, 1))).toMatchObject({ bad: null, requests: 0 });
  });

  it('refuses an info that lacks a number', () => {
    const { minutes: _, ...info } = infoOf('healthy', 0.2, 1);
    expect(() => toRecord(0, 3, info)).toThrow('the canary env tells no minutes');
  });
});
