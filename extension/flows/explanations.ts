import type { JournalRow, Proposal } from '../../agent/protocol';
import { describeEvent } from '../../agent/protocol/describeEvent';
import { formatTime } from '../../agent/protocol/format';
import type { DecisionRef } from '../../webview/transport/hostMessage';
import type { RunningAgent } from '../agent/supervisor';
import type { App } from '../context';
import { proposalTitle } from '../views/approvalsTree';
import type { Target } from '../views/target';
import { notFound, pick } from './ui';

/** Opens the dashboard on why a decision was what it was. */
export async function explainDecision(app: App, agent: RunningAgent, target: Target): Promise<void> {
  app.dashboard.openExplanation(decisionOf(target) ?? (await pickDecision(agent)));
}

function decisionOf({ proposalId, seq }: Target): DecisionRef | null {
  if (proposalId !== undefined) return { proposalId };
  return seq === undefined ? null : { seq };
}

/** What waits comes first, then the latest decisions of the journal. */
async function pickDecision({ snapshot }: RunningAgent): Promise<DecisionRef> {
  const waiting = snapshot.proposals.filter(({ state }) => state.kind === 'pending');
  const decided = snapshot.activity.filter(({ event }) => event.kind === 'decision').toReversed();
  const { decision } = await pick(
    [...waiting.map(ofProposal), ...decided.map(ofRow)],
    ({ label, description }) => ({ label, description }),
    'Explain which decision?',
    notFound('Nothing was decided yet.', 'Decisions come with incidents; the Activity view shows them.'),
  );
  return decision;
}

interface Choice {
  label: string;
  description: string;
  decision: DecisionRef;
}

function ofProposal(proposal: Proposal): Choice {
  return {
    label: `$(bell-dot) ${proposalTitle(proposal)}`,
    description: `${proposal.workload.name} · waits for you`,
    decision: { proposalId: proposal.id },
  };
}

function ofRow({ seq, atMs, event }: JournalRow): Choice {
  return {
    label: `$(lightbulb) ${describeEvent(event).text}`,
    description: `${'workloadId' in event ? event.workloadId : ''} · ${formatTime(atMs)}`,
    decision: { seq },
  };
}
