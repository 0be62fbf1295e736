import * as vscode from 'vscode';
import type { JournalEvent } from '../agent/protocol';
import { sentence } from '../agent/protocol/format';
import { workloadId } from '../agent/protocol/workloadId';
import { workloadName } from '../webview/model/runs';
import { pendingProposals, shownSnapshot } from './agent/state';
import type { StateChange } from './agent/stateStore';

type ReleaseEvent = Extract<JournalEvent, { kind: 'release' }>;

/** What a person has to know of a release at once. */
const TITLES: Partial<Record<ReleaseEvent['what'], string>> = {
  promoted: 'was promoted',
  'rolled-back': 'was rolled back',
  interfered: 'was changed by somebody else',
  alert: 'needs you',
};

/** What has just become of releases, oldest first. Rows from before the window knew the agent are no news. */
export function newReleaseEvents({ previous, current }: StateChange): readonly ReleaseEvent[] {
  const before = shownSnapshot(previous);
  if (before === null || before.connection.kind !== 'connected') return [];
  const seenSeq = before.activity.at(-1)?.seq;
  if (seenSeq === undefined) return [];
  const rows = shownSnapshot(current)?.activity ?? [];
  const asked = new Set(pendingProposals(current).map(({ workload }) => workloadId(workload)));
  return rows.flatMap(({ seq, event }) => {
    if (seq <= seenSeq || event.kind !== 'release' || !(event.what in TITLES)) return [];
    // A proposal is announced as such, with its buttons.
    return event.what === 'alert' && asked.has(event.workloadId) ? [] : [event];
  });
}

export async function announceReleaseEvent({ what, text, by, ...event }: ReleaseEvent): Promise<void> {
  const message = `${workloadName(event.workloadId)} ${TITLES[what] ?? what}: ${sentence(`${text}, by ${by}`)}`;
  const show = 'Show Evidence';
  const open = 'Show on Dashboard';
  const answer =
    what === 'promoted'
      ? await vscode.window.showInformationMessage(message, show, open)
      : await vscode.window.showWarningMessage(message, show, open);
  const target = { releaseId: event.workloadId };
  if (answer === show) await vscode.commands.executeCommand('coxswain.showEvidence', target);
  if (answer === open) await vscode.commands.executeCommand('coxswain.showRelease', target);
}
