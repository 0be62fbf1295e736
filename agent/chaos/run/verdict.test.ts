import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../protocol';
import { Probe } from '../experiment/probe';
import { judgeRun } from './verdict';

const probe = (name: string, weight: number, during = false) =>
  Probe.parse({ name, weight, during, kubernetes: 'missingReplicas', atMost: 0 });
const result = (name: string, when: ProbeResult['when'], outcome: ProbeResult['outcome']): ProbeResult => ({
  name,
  when,
  outcome,
  atMs: 0,
  asked: '',
  found: `found ${outcome}`,
  expected: '',
});
const CONFIRMED = { verdict: 'confirmed', text: 'it was seen' } as const;

describe('the verdict', () => {
  it('is passed where the effect was there and everything held or came back', () => {
    const probes = [probe('a', 1, true), probe('b', 1)];
    const results = [
      result('a', 'before', 'passed'),
      result('a', 'during', 'passed'),
      result('a', 'after', 'passed'),
      result('b', 'after', 'failed'),
      result('b', 'after', 'passed'),
    ];
    expect(judgeRun({ effect: CONFIRMED, probes, results })).toMatchObject({
      verdict: 'passed',
      resilienceScore: 100,
    });
  });

  it('is failed by one probe, with the weighted share of what held as the score', () => {
    // a during 3, a after 3, b after 1: what held of the 7 is 4.
    const probes = [probe('a', 3, true), probe('b', 1)];
    const results = [
      result('a', 'during', 'failed'),
      result('a', 'after', 'passed'),
      result('b', 'after', 'passed'),
    ];
    expect(judgeRun({ effect: CONFIRMED, probes, results })).toEqual({
      verdict: 'failed',
      resilienceScore: 57.1,
      text: 'The steady state did not hold: a during the fault (found failed).',
    });
  });

  it('is inconclusive without data, which does not count in the score', () => {
    const probes = [probe('a', 1), probe('b', 5)];
    const results = [result('a', 'after', 'passed'), result('b', 'after', 'no-data')];
    expect(judgeRun({ effect: CONFIRMED, probes, results })).toMatchObject({
      verdict: 'inconclusive',
      resilienceScore: 100,
    });
    expect(judgeRun({ effect: CONFIRMED, probes, results: [] })).toMatchObject({
      verdict: 'inconclusive',
      resilienceScore: null,
    });
  });

  it.each(['mismatch', 'inconclusive'] as const)('is inconclusive where the effect is a %s', (verdict) => {
    const probes = [probe('a', 1)];
    const results = [result('a', 'after', 'passed')];
    expect(judgeRun({ effect: { verdict, text: 'nothing was seen' }, probes, results })).toEqual({
      verdict: 'inconclusive',
      resilienceScore: 100,
      text: 'The effect was not shown to be there: nothing was seen.',
    });
  });

  it('is passed without any hypothesis, and says so', () => {
    const judged = judgeRun({ effect: CONFIRMED, probes: [], results: [] });
    expect(judged).toMatchObject({ verdict: 'passed', resilienceScore: null });
    expect(judged.text).toContain('no probe says what had to hold');
  });
});
