import * as vscode from 'vscode';
import type { Proposal } from '../../agent/protocol';
import { wallTimeLeftMs } from '../../agent/protocol/clusterTime';
import { formatCountdown } from '../../agent/protocol/format';
import type { RunningAgent } from '../agent/supervisor';
import { proposalTitle } from '../views/approvalsTree';
import { changeUri } from '../views/changeDocuments';
import type { Target } from '../views/target';
import { chosen, notFound, pick } from './ui';

export async function approve(agent: RunningAgent, target: Target): Promise<void> {
  const proposalId = target.proposalId ?? (await pickProposal(agent, 'Approve which action?')).id;
  await agent.request('approve', { proposalId });
}

export async function reject(agent: RunningAgent, target: Target): Promise<void> {
  const proposalId = target.proposalId ?? (await pickProposal(agent, 'Reject which action?')).id;
  const why = await vscode.window.showInputBox({
    title: 'Reject',
    prompt: 'Why? It is kept in the journal; may be empty.',
  });
  await agent.request('reject', { proposalId, why: chosen(why) });
}

/** The change of the proposal that the command is about, else of one that the user picks. */
export async function showChange(agent: RunningAgent, target: Target): Promise<void> {
  const { proposalId } = target;
  const proposal = proposalId
    ? agent.snapshot.proposals.find(({ id }) => id === proposalId)
    : await pickProposal(agent, 'Show the change of which action?');
  if (!proposal) throw notFound('This proposal is gone.', 'The Activity view says what became of it.');
  await openChange(proposal);
}

/** What a proposal would change, as a diff. */
export async function openChange(proposal: Proposal): Promise<void> {
  await vscode.commands.executeCommand(
    'vscode.diff',
    changeUri(proposal.id, 'before'),
    changeUri(proposal.id, 'after'),
    `${proposalTitle(proposal)} (${proposal.workload.name})`,
    { preview: true },
  );
}

function pickProposal({ snapshot }: RunningAgent, placeHolder: string): Promise<Proposal> {
  return pick(
    snapshot.proposals.filter(({ state }) => state.kind === 'pending'),
    (proposal) => ({
      label: proposalTitle(proposal),
      description: `${proposal.workload.name} · confidence ${proposal.confidence.toFixed(2)} · ${formatCountdown(
        wallTimeLeftMs(snapshot.clock, proposal.expiresAtMs, Date.now()),
      )} left`,
      detail: proposal.reason,
    }),
    placeHolder,
    notFound('No action waits for approval.', 'The Activity view shows what has been decided.'),
  );
}
