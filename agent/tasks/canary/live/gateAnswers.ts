import type { Control } from '../../../protocol';
import type { GateDecision, GateKind } from '../hooks/gateServer';
import { flaggerLadder } from './ladder';
import type { ReleaseController } from './releaseController';

/**
 * What the gate says to Flagger about one of its Canaries: the evidence owns promotion and rollback, the policy the pace
 * between. Where the controller has no say it lets everything pass, as a Canary without a gate would; while it is paused
 * or stopped nothing gets more traffic.
 */
export function gateAnswer(
  kind: GateKind,
  controller: ReleaseController | undefined,
  control: Control,
): GateDecision {
  if (!controller) return no('Coxswain knows no such Canary');
  const { release } = controller;
  if (release.operator !== 'flagger') return no(`${release.ref.name} is none of Flagger’s`);
  if (!controller.hasSay) {
    const pass = kind !== 'rollback';
    return { open: pass, reason: `the controller has no say (steering ${controller.wanted})` };
  }
  if (kind !== 'rollback' && control.kind !== 'running')
    return no(`Coxswain is ${control.kind}, by ${control.by}`);
  const harm = controller.trial?.evidence.verdict === 'harm';
  const { move } = controller;
  switch (kind) {
    case 'rollback': {
      const open = move?.kind === 'roll-back';
      return { open, reason: open ? move.reason : 'no harm is certain' };
    }
    case 'confirm-rollout': {
      const why = controller.hold;
      return why === null ? yes('nothing speaks against it') : no(why);
    }
    case 'confirm-traffic-increase':
      if (harm || move?.kind === 'roll-back') return no('harm is certain');
      if (move?.kind === 'promote') return yes(move.reason);
      if (move?.kind !== 'weight' || move.to < move.from) return no(move?.reason ?? 'nothing is decided yet');
      // Flagger sets its own next weight, which the evidence has to allow.
      return (flaggerLadder(release).up ?? move.to) <= move.to ? yes(move.reason) : no(move.reason);
    case 'confirm-promotion':
      return move?.kind === 'promote' ? yes(move.reason) : no(move?.reason ?? 'nothing is decided yet');
  }
}

function yes(reason: string): GateDecision {
  return { open: true, reason };
}

function no(reason: string): GateDecision {
  return { open: false, reason };
}
