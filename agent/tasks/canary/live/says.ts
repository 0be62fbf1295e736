import type { ReleaseSteering } from '../../../protocol';
import { moveText } from './moveTexts';
import type { Move } from './nextMove';
import { whenText } from './pastRelease';

export interface Said {
  move: Move | null;
  hasSay: boolean;
  wanted: ReleaseSteering;
  /** What the changes under way wait for; null where they do not. */
  waiting: string | null;
  /** What has become of the last move; null where it was done. */
  done: string | null;
  /** What the last counts are worked out by less than was asked for. */
  warning: string | null;
  /** See `Gathering`. */
  sinceRestartMs: number | null;
  /** Flagger waits for the gate's word. */
  isGateAsked: boolean;
}

/** What the controller does with a release or would do, why, and what a person should know of it; null for nothing. */
export function saysOf(said: Said): string | null {
  const { move, hasSay, done, warning, sinceRestartMs } = said;
  const closed = said.wanted === 'own' && !hasSay && said.isGateAsked ? CLOSED : null;
  const texts = [
    move === null ? said.waiting : `${moveText(move, hasSay)}${done === null || !hasSay ? '' : ` (${done})`}`,
    closed,
    move === null ? null : warning,
    sinceRestartMs === null || move === null
      ? null
      : `the evidence counts since the restart at ${whenText(sinceRestartMs)}`,
  ].filter((text) => text !== null);
  return texts.length === 0 ? null : texts.join('; ');
}

const CLOSED =
  'mode observe opens no gate, so that Flagger halts: until the mode is another one, or the steering is shadow';
