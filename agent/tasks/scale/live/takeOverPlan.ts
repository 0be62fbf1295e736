import type { Autoscaler, Workload } from '../../../cluster/snapshot';
import type { ProposalDraft } from '../../../loop/ports';
import type { Decision } from '../../../loop/task';
import type { Proposal } from '../../../protocol';
import { planHandover } from '../../../safety/handover/plan';
import type { HandoverStamp } from '../../../safety/handover/states';
import { planScale } from '../../heal/plan';

export interface Context {
  workload: Workload;
  policy: Proposal['policy'];
  /** What speaks for it, without the action. */
  decision: Omit<Decision, 'action'>;
}

type Stamp = HandoverStamp & { netUtilisation: number };

/** Suspends the autoscaler but for its net. */
export function takeOverDraft(context: Context, autoscaler: Autoscaler, stamp: Stamp): ProposalDraft | null {
  const action = { kind: 'take-over' as const, autoscaler: refOf(autoscaler) };
  const planned = planHandover(action, autoscaler, context.workload.ref.namespace, stamp);
  const promise =
    'no more requests are late or failed than now, with no more pods; it is handed back where that is not so';
  return planned && { ...head(context, action), plan: { kind: 'change', ...planned, promise } };
}

/** Moves its minimum. */
export function adviseDraft(
  context: Context,
  autoscaler: Autoscaler,
  to: number,
  stamp: Stamp,
): ProposalDraft | null {
  const minReplicas = { from: autoscaler.minReplicas, to };
  const action = { kind: 'advise' as const, autoscaler: refOf(autoscaler), minReplicas };
  const planned = planHandover(action, autoscaler, context.workload.ref.namespace, stamp);
  const promise = 'the autoscaler goes on scaling, from this minimum on';
  return planned && { ...head(context, action), plan: { kind: 'change', ...planned, promise } };
}

/** Sets the replicas. */
export function scaleDraft(context: Context, to: number): ProposalDraft | null {
  const from = context.workload.desiredReplicas;
  const plan = planScale(context.workload, from, to);
  if (plan.kind === 'impossible') return null;
  return { ...head(context, { kind: 'scale', from, to }), plan };
}

function head(
  { workload, policy, decision }: Context,
  action: Decision['action'],
): Omit<ProposalDraft, 'plan'> {
  return {
    workload: workload.ref,
    task: 'scale',
    policy: { name: policy.name, version: policy.version },
    decision: { ...decision, action },
  };
}

function refOf({ kind, name, uid }: Autoscaler) {
  return { kind, name, uid };
}
