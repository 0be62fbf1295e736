import { expect, test } from 'vitest';
import {
  exampleEvidence,
  exampleIdleRelease,
  exampleRelease,
  NOW_MS,
} from '../../test/support/protocolExamples';
import { evidenceReport } from './evidenceReport';

test('the page says the verdict, every test against its bar, what was counted and what was asked', () => {
  const text = evidenceReport(exampleRelease(), NOW_MS);
  expect(text).toMatch(/^# shop\\\/checkout: Under way for 5 min\n/);
  expect(text).toContain('**Nothing is certain yet.**');
  expect(text).toContain('| Safety of errors | 4\\.5 \\: 1\\; promote from 20 \\: 1 on | 50 \\% |');
  expect(text).toContain('420 requests of the canary, no verdict before 100');
  expect(text).toContain('The bake time ends in 40 min.');
  expect(text).toContain('```promql\nsum(rate(http_requests_total');
});

test('it says which bars are in use', () => {
  const of = (variant: 'fast' | 'strict') =>
    evidenceReport(exampleRelease({ evidence: exampleEvidence({ variant }) }), NOW_MS);
  expect(of('fast')).toContain('calibrated\\, not valid at a level');
  expect(of('strict')).toContain('keeps its false\\-alarm level');
});

test('it has a page also before anything is released', () => {
  expect(evidenceReport(exampleIdleRelease(), NOW_MS)).toContain('Nothing is gathered');
});
