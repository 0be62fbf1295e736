import { expect, test } from 'vitest';
import { exampleEvidence, exampleEvidenceSide } from '../../test/support/protocolExamples';
import { comparisonText, countsText, mostHarmText, oddsText, testLines } from './evidence';

test.each([
  [0, 'even'],
  [1.3, '20 : 1'],
  [2, '100 : 1'],
  [-0.4, '1 : 2.5'],
  [7.25, '10^7.3 : 1'],
  [-6, '1 : 10^6.0'],
])('evidence of 10^%s is said as %s', (log10, text) => {
  expect(oddsText(log10)).toBe(text);
});

test('every test is said against its bar, and how far it is on its way', () => {
  const errors = exampleEvidenceSide({ harm: { log10: 1.5, bar: 1.3 }, safety: { log10: -3, bar: 1.3 } });
  expect(
    testLines(exampleEvidence({ errors })).map(({ title, share, reached }) => [title, share, reached]),
  ).toEqual([
    ['Harm by errors', 1, true],
    ['Harm by latency', 0, false],
    ['Safety of errors', 0, false],
    ['Safety of latency', 0.5, false],
  ]);
});

test('counts are said with their shares, also where there are none', () => {
  const side = exampleEvidenceSide({ canary: { hits: 0, requests: 0 }, mostHarm: null });
  expect(countsText(side, 'failed', 'stable')).toBe(
    '0 of 0 failed on the canary, 12 of 1680 (0.71 %) on stable',
  );
  expect(mostHarmText(side, 'stable')).toBeNull();
  expect(countsText(side, 'failed', 'baseline')).toContain('on the baseline');
  expect(comparisonText({ comparedWith: 'baseline' })).toContain('fresh pods of the stable version');
});
