import { expect, test, vi } from 'vitest';
import type { JournalEvent, JournalRow } from '../agent/protocol';
import { exampleProposal } from '../test/support/protocolExamples';
import { newReleaseEvents } from './releaseNotifications';
import { running } from './testing';

vi.mock('vscode', () => ({}));

type What = Extract<JournalEvent, { kind: 'release' }>['what'];

const row = (seq: number, what: What): JournalRow => ({
  seq,
  atMs: seq,
  hash: 'ab',
  event: {
    kind: 'release',
    workloadId: 'shop/Deployment/checkout',
    what,
    text: '',
    weight: null,
    by: 'Coxswain',
  },
});

test('a promotion, a rollback and an interference are told once, and what is usual is not', () => {
  const before = running({ activity: [row(1, 'started')] });
  const after = running({
    activity: [
      row(1, 'started'),
      row(2, 'weight'),
      row(3, 'interfered'),
      row(4, 'rolled-back'),
      row(5, 'ended'),
    ],
  });
  const told = (previous: typeof before, current: typeof before) =>
    newReleaseEvents({ previous, current }).map(({ what }) => what);
  expect(told(before, after)).toEqual(['interfered', 'rolled-back']);
  expect(told(after, after)).toEqual([]);
});

test('what had happened before the window knew of it is no news', () => {
  const after = running({ activity: [row(4, 'promoted')] });
  const starting = { kind: 'starting', last: null } as const;
  expect(newReleaseEvents({ previous: starting, current: after })).toEqual([]);
  const connecting = running({
    connection: { kind: 'connecting', context: 'kind-dev' },
    activity: [row(1, 'held')],
  });
  expect(newReleaseEvents({ previous: connecting, current: after })).toEqual([]);
});

test('that a release asks is told once: by its proposal where there is one', () => {
  const before = running({ activity: [row(1, 'held')] });
  const activity = [row(1, 'held'), row(2, 'alert')];
  const told = (part: Parameters<typeof running>[0]) =>
    newReleaseEvents({ previous: before, current: running({ activity, ...part }) });
  expect(told({})).toHaveLength(1);
  expect(told({ proposals: [exampleProposal()] })).toEqual([]);
});
