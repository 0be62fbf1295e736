import { expect, it } from 'vitest';
import { exampleIdleRelease, exampleRelease, exampleReleasePoint } from '../../test/support/protocolExamples';
import { releaseKpis } from './releaseKpis';

const figures = (...args: Parameters<typeof releaseKpis>) =>
  releaseKpis(...args).map(({ title, value, detail }) => `${title}: ${value} (${detail})`);

it('the canary stands beside stable', () => {
  expect(figures(exampleRelease(), [exampleReleasePoint(0)])).toEqual([
    'Weight: 10 % (step 2 of 3: set weight 10 %)',
    'Errors: 0.70 % (Canary; stable 0.50 %)',
    'Latency p95: 118 ms (Canary; stable 110 ms)',
    'Canary requests: 420 (Enough for a verdict)',
  ]);
});

it('what is not known is not shown as nought', () => {
  const nothing = { ...exampleReleasePoint(0).canary, errorShare: null, latencyP95Ms: null };
  const [, errors] = figures(exampleRelease(), [exampleReleasePoint(0, { canary: nothing })]);
  expect(errors).toBe('Errors: — (Canary; stable 0.50 %)');
  expect(figures(exampleIdleRelease({ weight: null }), []).every((text) => text.includes('—'))).toBe(true);
});
