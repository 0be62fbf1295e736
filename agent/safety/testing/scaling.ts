import { aPod, aWorkload, NOW_MS } from '../../../test/support/builders';
import type { Autoscaler, Workload } from '../../cluster/snapshot';
import type { Config } from '../../config/schema';
import type { ProposalDraft } from '../../loop/ports';
import type { Action } from '../../protocol';
import { planHeal, planScale } from '../../tasks/heal/plan';
import type { ReversibleChange } from '../change';
import type { ActingAction, GuardInput, LiveHandover } from '../guardInput';
import { isHandoverAction, planHandover } from '../handover/plan';
import { anAutoscaler, aTakenOver, STAMP } from './autoscalers';
import { CHECKOUT, CONFIG } from './fakeWorld';

export const REF = { kind: 'hpa', name: 'checkout', uid: 'uid-hpa' } as const;
export const TAKE_OVER = { kind: 'take-over', autoscaler: REF } as const satisfies ActingAction;
export const HAND_BACK = { kind: 'hand-back', autoscaler: REF } as const satisfies ActingAction;
export const ADVISE = {
  kind: 'advise',
  autoscaler: REF,
  minReplicas: { from: 2, to: 3 },
} as const satisfies ActingAction;
export const UP = { kind: 'scale', from: 3, to: 4 } as const satisfies ActingAction;
export const DOWN = { kind: 'scale', from: 3, to: 2 } as const satisfies ActingAction;

/** Deployment `shop/checkout` with three pods, at which these autoscalers aim. */
export function aScaledWorkload(
  autoscalers: readonly Autoscaler[],
  changes: Partial<Workload> = {},
): Workload {
  const owners = autoscalers.map(({ kind, name }) => ({ kind, name, owns: 'replicas' as const }));
  return aWorkload([aPod('a'), aPod('b'), aPod('c')], { autoscalers, owners, ...changes });
}

/** The HPA of `anAutoscaler` was taken over by this process. */
export const OWNED: LiveHandover = { how: 'own', approvedBy: null, autoscaler: REF };
export const ADVISED: LiveHandover = { how: 'advise', approvedBy: null, autoscaler: REF };

export function withScale(changes: Partial<Config['scale']>): Config {
  return { ...CONFIG, scale: { ...CONFIG.scale, ...changes } };
}

/** A confident wish of the scaler in mode auto, to which no rule objects. */
export function aScaleInput(action: ActingAction, changes: Partial<GuardInput> = {}): GuardInput {
  const owned = action.kind === 'scale' || action.kind === 'hand-back';
  const workload =
    'workload' in changes ? changes.workload : aScaledWorkload([owned ? aTakenOver() : anAutoscaler()]);
  const config = changes.config ?? CONFIG;
  const input: Omit<GuardInput, 'change'> = {
    nowMs: NOW_MS,
    mode: 'auto',
    control: { kind: 'running' },
    settled: true,
    permissions: [],
    approvedBy: null,
    ref: CHECKOUT,
    task: 'scale',
    action,
    agentId: STAMP.agent,
    handover: owned ? OWNED : null,
    canaryOf: null,
    incidentOpen: false,
    faultRunning: null,
    confidence: 0.9,
    outOfDistribution: null,
    expiresAtMs: NOW_MS + 1,
    data: { kind: 'fresh', atMs: NOW_MS },
    watchAgeMs: 0,
    history: { lastActionAtMs: null, lastScaleUpAtMs: null, lastScaleAtMs: null, underWay: false },
    lastMinute: { scaleUps: 0, scaleDowns: 0, disruptions: 0 },
    podsLastMinute: { added: 0, removed: 0 },
    breaker: { kind: 'closed', failuresInARow: 0 },
    rejectedAtMs: null,
    ...changes,
    config,
    workload,
  };
  return { change: changeFor(action, input), ...input };
}

function changeFor(
  action: ActingAction,
  { workload, approvedBy, config }: Omit<GuardInput, 'change'>,
): ReversibleChange {
  const of = workload ?? aScaledWorkload([anAutoscaler()]);
  if (!isHandoverAction(action)) {
    const plan = action.kind === 'scale' ? planScale(of, action.from, action.to) : planHeal(action, of);
    if (plan.kind === 'impossible') throw new Error(plan.why);
    return plan.change;
  }
  const { netUtilisation } = config.scale;
  const stamp = { ...STAMP, netUtilisation, by: approvedBy ?? 'auto' };
  const autoscaler = of.autoscalers.find(({ uid }) => uid === action.autoscaler.uid) ?? anAutoscaler();
  const planned = planHandover(action, autoscaler, 'shop', stamp);
  // Nothing is handed back by handing back what is not handed over.
  return planned?.change ?? planHandover(HAND_BACK, aTakenOver(), 'shop', stamp)?.change ?? never();
}

function never(): never {
  throw new Error('a hand-back of what was taken over is always planned');
}

/** The draft that the scaler makes of an action on the workload as it is. */
export function aScaleDraft(workload: Workload, action: Action, confidence = 0.9): ProposalDraft {
  if (action.kind === 'none' || action.kind === 'release') throw new Error('nothing for the scaler to do');
  const { change } = aScaleInput(action, { workload });
  return {
    workload: workload.ref,
    task: 'scale',
    policy: { name: 'predictive', version: '1' },
    decision: { action, reason: 'because', confidence, alternatives: [], contributions: [] },
    plan: { kind: 'change', change, before: '', after: '', promise: '' },
  };
}
