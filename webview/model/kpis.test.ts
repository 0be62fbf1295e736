import { describe, expect, it } from 'vitest';
import type { JournalEvent, JournalRow, Sample, WorkloadState } from '../../agent/protocol';
import { kpisOf } from './kpis';
import { CHECKOUT, emptySample, journal, RESTART, sample, workload } from './testData';

function figures(rows: JournalRow[], samples: Sample[], state: WorkloadState = workload()) {
  const kpis = kpisOf({ activity: rows, samples: { [CHECKOUT]: samples } }, state);
  return Object.fromEntries(kpis.map(({ title, value, detail }) => [title, `${value} | ${detail}`]));
}

const closed = (recoverySeconds: number, detectionSeconds: number | null, id = CHECKOUT): JournalEvent => ({
  kind: 'incident-closed',
  workloadId: id,
  incidentId: `i${recoverySeconds}`,
  recoverySeconds,
  detectionSeconds,
  actions: 1,
});
const intent = (action: typeof RESTART | null): JournalEvent => ({
  kind: 'intent',
  workloadId: CHECKOUT,
  transactionId: 't',
  proposalId: 'p',
  action,
  description: 'restart pod checkout-1',
  change: {},
});
const verdict = (outcome: 'deny' | 'allow'): JournalEvent => ({
  kind: 'verdict',
  workloadId: CHECKOUT,
  proposalId: 'p',
  action: RESTART,
  verdict: { outcome, rule: 'mode', reason: '' },
});

describe('the figures of a workload', () => {
  it('are dashes where nothing is known', () => {
    expect(figures([], [])).toEqual({
      Health: 'healthy | all signs within limits',
      'Detected in': '— | No known fault yet',
      'MTTR, median': '— | No recovery yet',
      'Within SLO': '— | No samples',
      Actions: '0 | 0 denied',
    });
  });

  it('take the median of the recovery times of this workload alone', () => {
    const rows = journal(
      [1, closed(40, 1)],
      [2, closed(10, 2)],
      [3, closed(33, null)],
      [4, closed(900, 9, 'a/Deployment/b')],
    );
    expect(figures(rows, [])).toMatchObject({
      'MTTR, median': '33 s | Over 3 incidents',
      'Detected in': '2.0 s | Last incident',
    });
    expect(figures(rows.slice(0, 2), [])['MTTR, median']).toBe('25 s | Over 2 incidents');
  });

  it('take the detection time of the open incident first', () => {
    const incident = {
      id: 'i',
      workloadId: CHECKOUT,
      symptom: 'slow',
      detectedAtMs: 61_400,
      faultAtMs: 60_000,
      faultId: 'f',
      recoveredAtMs: null,
      actions: 0,
    };
    const rows = journal([1, closed(40, 7)]);
    expect(figures(rows, [], workload({ incident }))['Detected in']).toBe('1.4 s | Open incident');
    expect(figures(rows, [], workload({ incident: { ...incident, faultAtMs: null } }))['Detected in']).toBe(
      '7.0 s | Last incident',
    );
  });

  it('count a sample as within the SLO only when latency and errors both are, and leave empty ones out', () => {
    const samples = [
      sample(0),
      sample(60_000, { latencyP95Ms: 201 }),
      sample(120_000, { errorRate: 0.02 }),
      emptySample(150_000),
      sample(180_000, { latencyP95Ms: 200, errorRate: 0.01 }),
    ];
    expect(figures([], samples)['Within SLO']).toBe('50.0 % | Last 3 min');
  });

  it('count writes that are actions, not those that inject faults, and what the guard denied', () => {
    const rows = journal(
      [1, intent(RESTART)],
      [2, intent(null)],
      [3, verdict('deny')],
      [4, verdict('allow')],
    );
    expect(figures(rows, []).Actions).toBe('1 | 1 denied');
  });

  it('say why the health is what it is, and that its data is stale or missing', () => {
    const degraded = workload({ health: 'degraded', healthReason: 'p95 is over the SLO' });
    expect(figures([], [], degraded).Health).toBe('degraded | p95 is over the SLO');
    const stale = workload({ ...degraded, data: { kind: 'stale', atMs: 0, reason: 'no answer' } });
    expect(figures([], [], stale).Health).toBe('degraded | stale: no answer; p95 is over the SLO');
    const none = workload({ data: { kind: 'none', reason: 'no metrics yet' } });
    expect(figures([], [], none).Health).toBe('no data | no metrics yet');
  });
});
