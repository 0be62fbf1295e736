import { describe, expect, it } from 'vitest';
import type { RunVerdict } from '../agent/protocol';
import { exampleExperiment, finishedRun } from '../test/support/chaosExamples';
import { connectedSnapshot } from './testing';
import { resilienceTests, testResult, whyNotNow } from './testModel';

describe('the resilience tests', () => {
  it('are by file, the shipped ones last', () => {
    const experiments = [
      exampleExperiment(),
      exampleExperiment({ name: 'b', path: '/w/chaos/lag.yaml' }),
      exampleExperiment({ name: 'a', path: '/w/chaos/kill.yaml' }),
    ];
    const outline = resilienceTests(experiments).map(({ title, experiments: of }) => [
      title,
      ...of.map(({ name }) => name),
    ]);
    expect(outline).toEqual([
      ['kill.yaml', 'a'],
      ['lag.yaml', 'b'],
      ['Shipped with Coxswain', 'pod-kill'],
    ]);
  });

  it('leave out what has no target or cannot be run', () => {
    expect(
      resilienceTests([exampleExperiment({ workloadId: null }), exampleExperiment({ problem: 'no CRD' })]),
    ).toEqual([]);
  });

  it.each<[string, Parameters<typeof connectedSnapshot>[0], string | null]>([
    ['in mode observe', { mode: 'observe' }, 'mode observe'],
    ['after an emergency stop', { control: { kind: 'stopped', by: 'ann', atMs: 0 } }, 'emergency stop'],
    ['without a cluster', { connection: { kind: 'disconnected' } }, 'not connected'],
    ['in mode approve', {}, null],
    ['in mode auto', { mode: 'auto' }, null],
  ])('run or say why not %s', (_name, part, why) => {
    const problem = whyNotNow(connectedSnapshot(part));
    expect(problem?.message ?? null).toEqual(why === null ? null : expect.stringContaining(why));
  });

  it.each<[RunVerdict, string]>([
    ['passed', 'passed'],
    ['failed', 'failed'],
    ['aborted', 'errored'],
    ['inconclusive', 'errored'],
    ['error', 'errored'],
  ])('of a run that has %s have %s', (verdict, kind) => {
    const run = finishedRun({ verdict, resilienceScore: 50, text: 'Because.' });
    expect(testResult({ kind: 'finished', run })).toEqual({
      kind,
      text: `${verdict} · resilience 50 of 100. Because.`,
    });
  });

  it('are errors where the agent was lost', () => {
    expect(testResult({ kind: 'lost', why: 'it ended' })).toEqual({
      kind: 'errored',
      text: 'It has no verdict: it ended',
    });
  });
});
