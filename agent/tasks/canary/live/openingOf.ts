import type { FlaggerRelease } from '../../../cluster/releases';
import type { GateKind } from '../hooks/gateServer';
import { type GateOpening, gateAhead } from '../operations/flagger/gateAhead';
import type { Move } from './nextMove';

/**
 * What a move means for the gate that Flagger asks: its next step where that leads no further than the move, which for a
 * promotion is each step up to it. Null where the gate stays closed.
 *
 * @param asked what Flagger has asked last
 */
export function openingOf(move: Move, release: FlaggerRelease, asked: GateKind | null): GateOpening | null {
  if (move.kind !== 'promote' && move.kind !== 'weight') return null;
  const ahead = gateAhead(release, asked === 'confirm-promotion');
  if (ahead === null || move.kind === 'promote') return ahead;
  return ahead.gate === 'confirm-traffic-increase' && move.to > move.from && ahead.to <= move.to
    ? ahead
    : null;
}
