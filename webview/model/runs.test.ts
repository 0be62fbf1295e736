import { describe, expect, it } from 'vitest';
import type { ProbeResult, RunPhase } from '../../agent/protocol';
import { exampleRun } from '../../test/support/chaosExamples';
import { begunBy, isRunning, latestProbes, runProgress, runResult, runSteps } from './runs';

const probe = (name: string, atMs: number, outcome: ProbeResult['outcome']): ProbeResult => ({
  name,
  when: 'during',
  atMs,
  outcome,
  asked: 'up',
  found: '',
  expected: '',
});

describe('a run', () => {
  it.each<[RunPhase, number, boolean]>([
    ['checking', 0, true],
    ['running', 3, true],
    ['finished', 7, false],
  ])('in phase %s has %i steps behind it', (phase, done, running) => {
    const steps = runSteps({ phase });
    expect(steps.filter(({ state }) => state === 'done')).toHaveLength(done);
    expect(steps.filter(({ state }) => state === 'current')).toHaveLength(running ? 1 : 0);
    expect(isRunning({ phase })).toBe(running);
  });

  it('says what it does, and what is known of its effect', () => {
    expect(runProgress({ phase: 'verifying', effect: null })).toBe('looking for the effect');
    const effect = { verdict: 'confirmed', text: '' } as const;
    expect(runProgress({ phase: 'running', effect })).toBe('the fault lasts · effect confirmed');
  });

  it('says how it ended, with its score where there is one', () => {
    expect(runResult(exampleRun({ verdict: 'passed', resilienceScore: 87.4 }))).toBe(
      'passed · resilience 87 of 100',
    );
    expect(runResult(exampleRun({ verdict: 'error', resilienceScore: null }))).toBe('error');
  });

  it('says who has begun it, and by what else than a person', () => {
    expect(begunBy({ by: 'ann', trigger: 'person' })).toBe('ann');
    expect(begunBy({ by: 'ann', trigger: 'test' })).toBe('ann (test)');
  });

  it('shows the latest reading of each probe', () => {
    const probes = [probe('ready', 1, 'passed'), probe('latency', 2, 'no-data'), probe('ready', 3, 'failed')];
    expect(latestProbes(probes).map(({ name, atMs }) => [name, atMs])).toEqual([
      ['ready', 3],
      ['latency', 2],
    ]);
  });
});
