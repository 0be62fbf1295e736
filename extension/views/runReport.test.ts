import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../agent/protocol';
import { exampleExperiment, exampleRun, finishedRun } from '../../test/support/chaosExamples';
import { NOW_MS } from '../../test/support/protocolExamples';
import { runReport, verifyReport } from './runReport';

const probe = (part: Partial<ProbeResult>): ProbeResult => ({
  name: 'all pods ready',
  when: 'before',
  atMs: NOW_MS,
  outcome: 'passed',
  asked: 'readyShare',
  found: '1',
  expected: 'at least 1',
  ...part,
});
const plain = (text: string) => text.replaceAll('\\', '');

describe('the report of a run', () => {
  it('has the hypothesis before, during and after, with the resolved queries', () => {
    const probes = [
      probe({}),
      probe({ when: 'during', outcome: 'failed', found: '0.5' }),
      probe({
        when: 'after',
        outcome: 'no-data',
        asked: 'sum(rate(errors{namespace="shop"}[1m]))',
        found: 'no sample',
      }),
    ];
    const lines = plain(runReport(finishedRun({ verdict: 'failed', probes }))).split('\n');
    const headings = lines.filter((line) => line.startsWith('#'));
    expect(headings).toEqual([
      '# Kill a pod: failed',
      '## Effect',
      '## Steady state',
      '### Before the fault',
      '### While it lasted',
      '### After it',
      '## Log',
    ]);
    expect(lines.find((line) => line.includes('sum(rate'))).toContain(
      '| no data | no sample | at least 1 | sum(rate(errors{namespace="shop"}[1m])) |',
    );
  });

  it('says the effect, the score and when each thing was', () => {
    const text = plain(runReport(finishedRun()));
    expect(text).toContain('**Effect confirmed.** 1 pod was deleted');
    expect(text).toContain('| Resilience | 100 of 100 |');
    expect(text).toMatch(/\| Injected \| [\d:]{8}, 4 s after the start \|/);
    expect(text).not.toContain('| File |');
  });

  it('says what a run does that is not over', () => {
    expect(plain(runReport(exampleRun()))).toMatch(/^# Kill a pod: running\n\nLooking for the effect\./);
  });

  it('makes no links, pictures or cells of what files and clusters say', () => {
    const text = runReport(
      finishedRun({ text: '![x](http://evil) | <img>', log: [{ atMs: 0, text: '`a`' }] }),
    );
    expect(text).not.toContain('![x]');
    expect(text).not.toContain('<img>');
    expect(text).toContain('\\`a\\`');
  });
});

describe('the report of a check', () => {
  const result = {
    experiment: exampleExperiment(),
    probes: [probe({})],
    manifests: ['kind: PodChaos\n'],
    problems: [],
  };

  it('says that it can be run, and what would be sent', () => {
    const text = plain(verifyReport(result));
    expect(text).toMatch(/^# Kill a pod: can be run\n\nNothing was injected\./);
    expect(text).toContain('```yaml\nkind: PodChaos\n```');
  });

  it('says what keeps it from being run', () => {
    const text = plain(verifyReport({ ...result, problems: ['the namespace prod is not listed'] }));
    expect(text).toContain('cannot be run now');
    expect(text).toContain('- the namespace prod is not listed');
  });
});
