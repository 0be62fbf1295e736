import { expect, test } from 'vitest';
import { exampleAnalysis, exampleAnalysisMetric } from '../../test/support/protocolExamples';
import { metricCounts, metricRows } from './analyses';

test('the metrics of the newest analysis come first, with what was measured last', () => {
  const first = exampleAnalysis({ name: 'first', metrics: [exampleAnalysisMetric({ measurements: [] })] });
  const rows = metricRows([first, exampleAnalysis({ name: 'second' })]);
  expect(rows.map(({ analysis, value, tone }) => [analysis, value, tone])).toEqual([
    ['second', '0.007', 'act'],
    ['first', '—', 'act'],
  ]);
});

test('counts are said as far as there are any', () => {
  const counts = { successful: 2, failed: 0, inconclusive: 1, error: 1 };
  expect(metricCounts({ counts })).toBe('2 successful, 1 inconclusive, 1 error');
  expect(metricCounts({ counts: { successful: 0, failed: 0, inconclusive: 0, error: 0 } })).toBe(
    'nothing measured yet',
  );
});
