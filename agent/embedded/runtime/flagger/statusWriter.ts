import type { KubeObject } from '../../objectStore';
import { rfc3339 } from '../../store/timestamp';
import { condition } from '../kinds';
import { type CanaryStatus, canaryStatus, type Phase } from './canarySpec';
import type { CanaryView } from './canaryView';
import { CANARIES } from './definitions';

/** Phases in which traffic may be on the canary; in the others its weight and its iterations are 0. */
const UNDER_WAY: ReadonlySet<Phase> = new Set(['Progressing', 'Waiting', 'Promoting']);

/** Begins a phase with all counts at 0; `appliedSpec` is the hash of the target's template. */
export function syncStatus(
  view: CanaryView,
  appliedSpec: string,
  { phase, canaryWeight = 0, failedChecks = 0 }: { phase: Phase } & Partial<CanaryStatus>,
): void {
  write(view, phase, {
    phase,
    canaryWeight,
    failedChecks,
    iterations: 0,
    trackedConfigs: {},
    lastAppliedSpec: appliedSpec,
    ...(phase === 'Initialized' && { lastPromotedSpec: appliedSpec }),
  });
}

export function setPhase(view: CanaryView, phase: Phase): void {
  const { lastAppliedSpec } = canaryStatus(latest(view));
  const iterations = phase === 'WaitingPromotion' ? view.spec.analysis.iterations - 1 : 0;
  write(view, phase, {
    phase,
    ...(!UNDER_WAY.has(phase) && { canaryWeight: 0, iterations }),
    ...((phase === 'Initialized' || phase === 'Succeeded') && { lastPromotedSpec: lastAppliedSpec }),
  });
}

/** Counts that move within a phase. */
export function setCounts(
  view: CanaryView,
  counts: Partial<Pick<CanaryStatus, 'failedChecks' | 'canaryWeight' | 'iterations'>>,
): void {
  write(view, null, counts);
}

/** The Canary that nobody has looked at yet. */
export function setInitializing(view: CanaryView): void {
  write(view, 'Initializing', { phase: 'Initializing', failedChecks: 0, canaryWeight: 0, iterations: 0 });
}

function write(view: CanaryView, phase: Phase | null, fields: Record<string, unknown>): void {
  const { cluster, namespace, name } = view;
  const at = rfc3339(cluster.clock.nowMs());
  const { kind } = view.spec.targetRef;
  const told = phase !== null && { conditions: [promoted(latest(view), phase, kind, at)] };
  cluster.store.update(CANARIES, namespace, name, (draft) => {
    draft.status = { ...draft.status, ...fields, lastTransitionTime: at, ...told };
  });
}

function latest({ cluster, canary, namespace, name }: CanaryView): KubeObject {
  return cluster.store.get(CANARIES, namespace, name) ?? canary;
}

/** The condition `Promoted`: True when it is, False when it has failed, Unknown on the way. */
function promoted(canary: KubeObject, phase: Phase, kind: string, at: string): Record<string, unknown> {
  const { status, message } = saysOf(phase, kind);
  const before = condition(canary, 'Promoted');
  if (before?.status === status && before.reason === phase) return before;
  return {
    type: 'Promoted',
    status,
    reason: phase,
    message,
    lastUpdateTime: at,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : at,
  };
}

function saysOf(phase: Phase, kind: string): { status: 'True' | 'False' | 'Unknown'; message: string } {
  switch (phase) {
    case 'Initialized':
      return { status: 'True', message: `${kind} initialization completed.` };
    case 'Waiting':
    case 'WaitingPromotion':
      return { status: 'Unknown', message: 'Waiting for approval.' };
    case 'Progressing':
      return { status: 'Unknown', message: 'New revision detected, progressing canary analysis.' };
    case 'Promoting':
      return { status: 'Unknown', message: 'Canary analysis completed, starting primary rolling update.' };
    case 'Finalising':
      return { status: 'Unknown', message: 'Canary analysis completed, routing all traffic to primary.' };
    case 'Succeeded':
      return {
        status: 'True',
        message: 'Canary analysis completed successfully, promotion finished.',
      };
    case 'Failed':
      return { status: 'False', message: `Canary analysis failed, ${kind} scaled to zero.` };
    default:
      return { status: 'Unknown', message: `New ${kind} detected, starting initialization.` };
  }
}
