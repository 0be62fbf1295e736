import { expect, it } from 'vitest';
import { Analysis } from '../../../protocol';
import { NOT_STARTED, RunStatus } from './runStatus';
import { shownAnalysis } from './shown';
import { AnalysisSpec } from './template';

const spec = AnalysisSpec.parse({
  args: [{ name: 'limit', value: '0.05' }],
  metrics: [
    {
      name: 'errors',
      successCondition: 'result[0] < {{args.limit}}',
      failureCondition: 'result[0] > 0.1',
      provider: { prometheus: { query: 'errors\n' } },
    },
    { name: 'smoke', provider: { web: { url: 'http://shop/{{args.missing}}' } } },
  ],
});
const run = { name: 'shop-1', where: 'step 2', spec };

it('shows a run that has not begun with what it will ask', () => {
  const shown = shownAnalysis({ ...run, status: NOT_STARTED }, 5);
  expect(Analysis.parse(shown)).toMatchObject({
    phase: 'Pending',
    where: 'step 2',
    startedAtMs: 5,
    metrics: [
      { provider: 'prometheus', query: 'errors', condition: 'result[0] < 0.05; fails: result[0] > 0.1' },
      // What cannot be filled in is not shown.
      { name: 'smoke', provider: '', query: '', condition: '' },
    ],
  });
});

it('shows what an AnalysisRun of Argo has measured', () => {
  const at = '2026-01-01T00:00:00Z';
  const status = RunStatus.parse({
    phase: 'Failed',
    message: 'why',
    startedAt: at,
    metricResults: [
      {
        name: 'errors',
        phase: 'Failed',
        failed: 1,
        count: 1,
        metadata: { ResolvedPrometheusQuery: 'as it was asked' },
        measurements: [{ phase: 'Failed', value: '[0.2]', startedAt: at, finishedAt: at }],
      },
    ],
  });
  expect(Analysis.parse(shownAnalysis({ ...run, status }, 0))).toMatchObject({
    phase: 'Failed',
    message: 'why',
    startedAtMs: Date.parse(at),
    metrics: [
      {
        query: 'as it was asked',
        counts: { successful: 0, failed: 1, inconclusive: 0, error: 0 },
        measurements: [{ atMs: Date.parse(at), phase: 'Failed', value: '[0.2]', message: '' }],
      },
      { phase: 'Pending' },
    ],
  });
});
