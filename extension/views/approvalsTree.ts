import type { Proposal } from '../../agent/protocol';
import { wallTimeLeftMs } from '../../agent/protocol/clusterTime';
import { describeAction } from '../../agent/protocol/describeAction';
import { capitalised, formatCountdown, sentence } from '../../agent/protocol/format';
import { type AgentState, pendingProposals } from '../agent/state';
import { type TreeNode, treeNode } from './treeNode';

/** What waits for the person, the most urgent first; each with its reason, confidence, change and promise. */
export function approvalsTree(state: AgentState, wallMs: number): readonly TreeNode[] {
  if (state.kind !== 'running') return [];
  const { clock } = state.snapshot;
  return pendingProposals(state)
    .toSorted((a, b) => a.expiresAtMs - b.expiresAtMs)
    .map((proposal) => proposalNode(proposal, wallTimeLeftMs(clock, proposal.expiresAtMs, wallMs)));
}

/** `Restart pod checkout-7d9f-kx2` */
export function proposalTitle(proposal: Proposal): string {
  return capitalised(describeAction(proposal.action));
}

/** The sentence of the notification: what, where, why, how sure. */
export function proposalSentence(proposal: Proposal): string {
  const { namespace, name } = proposal.workload;
  return `${proposalTitle(proposal)} (${namespace}/${name})? ${sentence(proposal.reason)} Confidence ${proposal.confidence.toFixed(2)}.`;
}

/** Without the pod's name, which would leave a narrow sidebar no room for the time left. */
function shortTitle(proposal: Proposal): string {
  const { action } = proposal;
  const title = proposalTitle(proposal);
  return 'pod' in action ? title.replace(` ${action.pod}`, '') : title;
}

function proposalNode(proposal: Proposal, leftMs: number): TreeNode {
  const target = { proposalId: proposal.id };
  const confidence = proposal.confidence.toFixed(2);
  return treeNode({
    id: proposal.id,
    label: shortTitle(proposal),
    description: `${proposal.workload.name} · ${formatCountdown(leftMs)} left · ${confidence}`,
    tooltip: `${proposalTitle(proposal)}\n${proposal.reason}\nConfidence ${confidence}\nPromise: ${proposal.promise}`,
    icon: { id: 'bell-dot', colour: 'list.warningForeground' },
    context: 'proposal',
    target,
    open: 'expanded',
    children: () => detailNodes(proposal),
  });
}

function detailNodes(proposal: Proposal): readonly TreeNode[] {
  const { id, policy, verdict } = proposal;
  const target = { proposalId: id };
  const detail = (key: string, icon: string, label: string, description: string, part?: Partial<TreeNode>) =>
    treeNode({
      id: `${id}/${key}`,
      label,
      description,
      tooltip: [label, description].filter(Boolean).join(': '),
      icon: { id: icon },
      target,
      ...part,
    });
  return [
    detail('reason', 'comment', proposal.reason, '', { click: 'coxswain.explainDecision' }),
    detail(
      'confidence',
      'graph',
      `Confidence ${proposal.confidence.toFixed(2)}`,
      `${policy.name} ${policy.version}`,
      {
        open: proposal.contributions.length + proposal.alternatives.length > 0 ? 'collapsed' : 'leaf',
        children: () => evidenceNodes(proposal),
      },
    ),
    detail('change', 'diff', proposal.change.summary, 'show as diff', { click: 'coxswain.showChange' }),
    detail('promise', 'target', 'Promise', proposal.promise),
    detail('guard', 'shield', 'Guard asks', `${verdict.reason} (${verdict.rule})`),
  ];
}

function evidenceNodes({ id, contributions, alternatives }: Proposal): readonly TreeNode[] {
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
  return [
    ...contributions.map(({ name, value }) =>
      treeNode({ id: `${id}/contribution/${name}`, label: name, description: signed(value) }),
    ),
    ...alternatives.map(({ text, confidence }) =>
      treeNode({
        id: `${id}/alternative/${text}`,
        label: `Instead: ${text}`,
        description: confidence.toFixed(2),
      }),
    ),
  ];
}
