import * as vscode from 'vscode';
import type { Proposal } from '../../agent/protocol';
import { sentence } from '../../agent/protocol/format';
import type { RunningAgent } from '../agent/supervisor';
import { proposalTitle } from '../views/approvalsTree';
import { openChange } from './approvals';

const SHOW = 'Show Change';

/**
 * Asks the person who has asked for a proposal whether it is to be done at once. Left alone, it waits in the Approvals
 * view like any other.
 *
 * @param promises sentences, beside what the proposal itself promises
 */
export async function askAtOnce(
  agent: RunningAgent,
  proposal: Proposal,
  accept: string,
  promises: readonly string[] = [],
): Promise<void> {
  const { workload, change, promise, reason } = proposal;
  const answer = await vscode.window.showWarningMessage(
    `${proposalTitle(proposal)} (${workload.namespace}/${workload.name})?`,
    {
      modal: true,
      detail: [
        sentence(change.summary),
        `Why: ${sentence(reason)}`,
        `Promised: ${sentence(promise)}`,
        ...promises,
        'Without an answer it waits in the Approvals view.',
      ].join('\n\n'),
    },
    accept,
    SHOW,
  );
  if (answer === accept) await agent.request('approve', { proposalId: proposal.id });
  if (answer === SHOW) await openChange(proposal);
}
