import { expect, it } from 'vitest';
import type { RecoveryGroup, RecoveryStatistics } from '../../agent/protocol';
import { exampleRecoveries } from '../../test/support/chaosExamples';
import { countedSinceMs, recoveryFigures, recoveryRows, recoveryVersion } from './recovery';
import { CHECKOUT, journal } from './testData';

function statistics(all: Partial<RecoveryGroup>, byKind: RecoveryGroup[] = []): RecoveryStatistics {
  const { kind: _, ...group } = exampleRecoveries(all);
  return { sinceMs: 0, untilMs: 1, all: group, byKind, actionsWithoutIncident: 2 };
}

it('says how many recovered, how fast, and what was done in vain', () => {
  const figures = recoveryFigures(statistics({}));
  expect(figures.map(({ title, value, detail, tone }) => [title, value, detail, tone])).toEqual([
    ['Recovered', '3 of 4', 'incidents', 'notice'],
    ['MTTR, median', '41 s', 'p95 90 s', 'plain'],
    ['Detected in, median', '1.4 s', 'p95 3.1 s', 'plain'],
    ['Unneeded actions', '3 of 6', '2 without an incident', 'notice'],
    ['Harmful actions', '0', 'the state got worse', 'plain'],
  ]);
});

it('makes up no times where no fault is known, or no incident is over', () => {
  const open = { detectionSeconds: null, recoverySeconds: null };
  expect(recoveryFigures(statistics(open))[1]).toMatchObject({ value: '—', detail: 'no known fault' });
  const ofKnown = recoveryFigures(statistics(open, [exampleRecoveries(open)]));
  expect(ofKnown[1]).toMatchObject({ value: '—', detail: 'none is over yet' });
});

it('has a row for each kind on one axis, the one with most incidents first', () => {
  const rows = recoveryRows(
    statistics({}, [
      exampleRecoveries({
        kind: 'unknown',
        incidents: 1,
        recovered: 1,
        recoverySeconds: null,
        ineffectiveActions: 0,
      }),
      exampleRecoveries(),
      exampleRecoveries({
        kind: 'cpu-stress',
        incidents: 2,
        recoverySeconds: { median: 9, p95: 45 },
        harmfulActions: 1,
      }),
    ]),
  );
  expect(rows.map(({ kind, incidents, recovery, wasted }) => [kind, incidents, recovery, wasted])).toEqual([
    ['Pod kill', '3 of 4', '41 s (p95 90 s)', '1 unneeded'],
    ['CPU stress', '3 of 2', '9.0 s (p95 45 s)', '1 unneeded, 1 harmful'],
    ['No known fault', '1', '—', 'none'],
  ]);
  expect(rows.map(({ medianShare, p95Share }) => [medianShare, p95Share])).toEqual([
    [41 / 90, 1],
    [0.1, 0.5],
    [null, null],
  ]);
});

it('is asked for anew when an incident has closed or an action was measured', () => {
  const opened = {
    kind: 'incident-opened',
    workloadId: CHECKOUT,
    incidentId: 'i',
    symptom: '',
    faultId: null,
  } as const;
  const closed = {
    kind: 'incident-closed',
    workloadId: CHECKOUT,
    incidentId: 'i',
    recoverySeconds: 4,
    detectionSeconds: 1,
    actions: 1,
  } as const;
  const version = (...events: Parameters<typeof journal>) =>
    recoveryVersion({ activity: journal(...events), pid: 1 });
  expect(version([1, opened])).toBe(version());
  expect(version([1, opened], [2, closed])).not.toBe(version());
});

it('counts in cluster time', () => {
  expect(countedSinceMs(24, 100_000_000)).toBe(13_600_000);
  expect(countedSinceMs(0, 100_000_000)).toBeUndefined();
});
