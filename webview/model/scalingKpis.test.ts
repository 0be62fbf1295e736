import { expect, it } from 'vitest';
import type { CostReport } from '../../agent/protocol';
import { exampleScaling, exampleScalingPoint, NOW_MS } from '../../test/support/protocolExamples';
import { scalingKpis } from './scalingKpis';

const MINUTE_MS = 60_000;
const report: CostReport = {
  sinceMs: 0,
  untilMs: NOW_MS,
  currency: 'EUR',
  baseline: 'hpa',
  rows: [
    {
      workload: 'shop/checkout',
      coverage: 0.8,
      replicaHours: 72,
      cost: 2.9,
      baselineReplicaHours: 96,
      baselineCost: 3.8,
      requests: null,
      failedRequests: null,
      costPerMillionSuccessful: null,
      withinSlo: null,
      projected30d: 87,
      projectedSavings30d: 27,
      notes: [],
    },
  ],
  warnings: [],
};
const texts = (...args: Parameters<typeof scalingKpis>) =>
  scalingKpis(...args).map(({ title, value, detail }) => [title, value, detail]);

it('says what is paid, what is kept, and what it comes to', () => {
  const points = [0, 30, 60].map((minutes) => exampleScalingPoint(minutes * MINUTE_MS));
  expect(texts(exampleScaling(), points, report, NOW_MS)).toEqual([
    ['Policy', 'predictive 1', 'for 10 min · scale/36'],
    ['Replicas', '3', 'demand 2.1, HPA wants 4, policy wants 3'],
    ['Cost so far', '0.12 EUR', '0.04 EUR (25 %) less than with the HPA'],
    ['Within SLO', '99.80 %', 'Of the requests, last 60 min'],
    ['In 30 days', '87.00 EUR', '27.00 EUR less than with the HPA; data for 80 % of the time'],
  ]);
});

it('says of pods that are not ready, of what is not known, and of a policy in shadow', () => {
  const points = [exampleScalingPoint(0, { readyReplicas: 1, demandPods: null, hpaReplicas: null })];
  const shadow = { policy: 'scale/3', text: 'would have saved 4 %' };
  const [policy, replicas] = texts(exampleScaling({ shadow }), points, null, NOW_MS);
  expect(policy?.[2]).toContain('scale/3 in shadow: would have saved 4 %');
  expect(replicas).toEqual(['Replicas', '1 of 3', 'demand unknown, policy wants 3']);
});

it('has a dash for everything before the first step', () => {
  expect(texts(exampleScaling(), [], null, NOW_MS).slice(1)).toEqual([
    ['Replicas', '—', 'No step yet'],
    ['Cost so far', '—', 'No prices known'],
    ['Within SLO', '—', 'No requests seen'],
    ['In 30 days', '—', 'Nothing recorded yet'],
  ]);
});
