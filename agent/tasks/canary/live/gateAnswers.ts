import type { Control, Mode } from '../../../protocol';
import type { GateDecision, GateKind } from '../hooks/gateServer';
import { openingOf } from './openingOf';
import type { ReleaseController } from './releaseController';

/**
 * What the gate says to Flagger about one of its Canaries: the evidence owns promotion and rollback, the policy the pace
 * between, and what it wants passes the guard, which in mode approve asks a person. Where the controller is to have no
 * say it lets everything pass, as a Canary without a gate would; in mode observe, and while it is paused or stopped,
 * nothing gets more traffic.
 */
export function gateAnswer(
  kind: GateKind,
  controller: ReleaseController | undefined,
  { mode, control }: { mode: Mode; control: Control },
): GateDecision {
  if (!controller) return no('Coxswain knows no such Canary');
  const { release, wanted, move } = controller;
  if (release.operator !== 'flagger') return no(`${release.ref.name} is none of Flagger’s`);
  controller.passes.ask(kind);
  if (wanted !== 'own')
    return { open: kind !== 'rollback', reason: `the controller has no say (steering ${wanted})` };
  if (mode === 'observe') return no(OBSERVES);
  if (kind === 'rollback') return move?.kind === 'roll-back' ? yes(move.reason) : no('no harm is certain');
  if (control.kind !== 'running') return no(`Coxswain is ${control.kind}, by ${control.by}`);
  if (kind !== 'confirm-rollout') return onward(kind, controller, mode);
  const why = controller.hold;
  return why === null ? yes('nothing speaks against it') : no(why);
}

const OBSERVES = 'mode observe opens nothing, and rolls nothing back';

/** More traffic, or the promotion: the evidence has to carry it now, and whoever has the last word has to have agreed. */
function onward(
  kind: 'confirm-traffic-increase' | 'confirm-promotion',
  controller: ReleaseController,
  mode: Mode,
): GateDecision {
  const { release, trial, move, passes, done } = controller;
  if (trial?.evidence.verdict === 'harm' || move?.kind === 'roll-back') return no('harm is certain');
  if (!move) return no('nothing is decided yet');
  const opening = release.operator === 'flagger' ? openingOf(move, release, kind) : null;
  // At its last weight Flagger asks for more traffic first, and then for the promotion.
  if (opening === null || (kind === 'confirm-promotion' && opening.gate !== kind)) return no(move.reason);
  if (!passes.isOpen(opening, mode)) return no(done ?? 'it is not agreed to yet');
  const isOnce = opening.gate === 'confirm-promotion' || controller.openGate();
  return isOnce ? yes(move.reason) : no('what has come of the last step is not seen yet');
}

function yes(reason: string): GateDecision {
  return { open: true, reason };
}

function no(reason: string): GateDecision {
  return { open: false, reason };
}
