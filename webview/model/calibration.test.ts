import { expect, it } from 'vitest';
import type { CalibrationJob } from '../../agent/protocol';
import { exampleCalibration, exampleCalibrationJob } from '../../test/support/protocolExamples';
import { frontierRows, jobShare, jobText, loadCurve, shownCalibration } from './calibration';

const CHECKOUT = exampleCalibration();
const CART = exampleCalibration({ id: 'c2', workloadId: 'shop/Deployment/cart' });
const TRACE = exampleCalibration({ id: 'c3', workloadId: null });

it('shows what was chosen, else that of the workload, else the newest', () => {
  const all = [CHECKOUT, CART, TRACE];
  expect(shownCalibration(all, 'c2', CHECKOUT.workloadId)).toBe(CART);
  expect(shownCalibration(all, null, CHECKOUT.workloadId)).toBe(CHECKOUT);
  expect(shownCalibration(all, 'gone', 'shop/Deployment/other')).toBe(TRACE);
  expect(shownCalibration([], null, null)).toBeNull();
});

it.each<[CalibrationJob['state'], number | null, string]>([
  [{ kind: 'running', step: 'tuning the HPA', done: 12, total: 40 }, 0.3, 'tuning the HPA, 12 of 40'],
  [{ kind: 'running', step: 'reading the history', done: 0, total: 0 }, null, 'reading the history'],
  [{ kind: 'cancelled' }, null, 'cancelled'],
  [{ kind: 'failed', message: 'No history.', remedy: 'Wait.' }, null, 'failed: No history. Wait.'],
])('says of a job %j how far it is', (state, share, text) => {
  const job = exampleCalibrationJob({ state });
  expect([jobShare(job), jobText(job)]).toEqual([share, text]);
});

it('has a row of the table for each point, with its interval and what was tuned', () => {
  const rows = frontierRows(CHECKOUT);
  expect(rows).toHaveLength(6);
  expect(rows[2]).toEqual({
    arm: 'tuned-hpa',
    title: 'HPA, tuned',
    price: '20',
    violated: '0.4 % [0.36 %…0.44 %]',
    pods: '4.1 [3.7…4.5]',
    cost: '0.164',
    actions: '3.0',
    objective: '4.43 [3.99…4.87]',
    settings: 'cpu 74 %, scale down after 120 s',
    isRecommended: true,
  });
});

it('draws the load from left to right, the most of it near the top', () => {
  const curve = loadCurve(CHECKOUT.load);
  expect(curve).toMatchObject({ hours: 3, mostPerSecond: 125 });
  expect(curve?.path).toMatch(/^M0\.00 61\.60L.*L100\.00 4\.00$/);
  expect(loadCurve([])).toBeNull();
});

it('draws no load at all as a line at the bottom', () => {
  const idle = [0, 1].map((hours) => ({ hours, requestsPerSecond: 0 }));
  expect(loadCurve(idle)?.path).toBe('M0.00 100.00L100.00 100.00');
});
