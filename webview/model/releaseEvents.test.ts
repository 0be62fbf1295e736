import { expect, it } from 'vitest';
import type { JournalEvent } from '../../agent/protocol';
import { exampleIdleRelease, exampleRelease } from '../../test/support/protocolExamples';
import { activityLines } from './activity';
import { endReason, releaseMarks } from './releaseEvents';
import { journal } from './testData';

type What = Extract<JournalEvent, { kind: 'release' }>['what'];

const event = (what: What, weight: number | null = null): JournalEvent => ({
  kind: 'release',
  workloadId: 'shop/Deployment/checkout',
  what,
  text: what,
  weight,
  by: 'Coxswain',
});

it('a weight lasts until the next one, and the last as long as the release is under way', () => {
  const rows = journal(
    [0, event('started', 0)],
    [10, event('weight', 5)],
    [20, event('held')],
    [30, event('weight', 10)],
  );
  const { bars } = releaseMarks(rows, exampleRelease());
  expect(bars.map(({ lane, label, fromMs, toMs }) => [lane, label, fromMs, toMs])).toEqual([
    ['release', '0 %', 0, 10],
    ['release', '5 %', 10, 30],
    ['release', '10 %', 30, null],
    ['finding', 'held', 20, 20],
  ]);
});

it('a rollback ends it, in the colour of harm and with a line', () => {
  const rows = journal([0, event('started')], [10, event('verdict')], [20, event('rolled-back', 0)]);
  const { bars, lines } = releaseMarks(rows, exampleIdleRelease());
  expect(bars.map(({ label, toMs, tone }) => [label, toMs, tone])).toEqual([
    ['started', 20, 'plain'],
    ['rolled back', 20, 'bad'],
    ['verdict', 10, 'notice'],
  ]);
  expect(lines.map(({ kind, atMs }) => [kind, atMs])).toEqual([
    ['released', 0],
    ['rolled-back', 20],
  ]);
});

it('what became of a release is among the actions of the activity', () => {
  const rows = journal([0, event('promoted', 100)]);
  expect(activityLines(rows, 'actions', 'checkout')).toMatchObject([{ label: 'promoted', tone: 'good' }]);
});

it('the reason of an end is its own verdict, not that of a release before', () => {
  const rows = journal([0, event('verdict')], [1, event('started')], [2, event('rolled-back')]);
  expect(endReason(rows, exampleIdleRelease({ phase: 'failed' }))).toBeNull();
  const judged = [
    ...rows,
    ...journal([3, { ...event('verdict'), text: '30 of 420 failed' } as JournalEvent]),
  ];
  expect(endReason(judged, exampleIdleRelease({ phase: 'failed' }))).toBe('30 of 420 failed');
  expect(endReason(judged, exampleRelease())).toBeNull();
});
