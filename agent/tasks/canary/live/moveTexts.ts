import type { Move } from './nextMove';

/** A move in a word or two, for the charts. */
export function moveWord(move: Move): string {
  switch (move.kind) {
    case 'hold':
      return 'hold';
    case 'weight':
      return move.to > move.from ? 'up' : 'down';
    case 'promote':
      return move.limited ? 'promote (limited proof)' : 'promote';
    case 'roll-back':
      return 'roll back';
    case 'ask':
      return 'ask';
  }
}

/** What is done or, without a say, would be, with why. */
export function moveText(move: Move, hasSay: boolean): string {
  return `${hasSay ? DOES[move.kind](move as never) : `would ${WOULD[move.kind](move as never)}`}: ${move.reason}`;
}

type Texts = { [Kind in Move['kind']]: (move: Extract<Move, { kind: Kind }>) => string };

const DOES: Texts = {
  hold: () => 'holds',
  weight: ({ from, to }) => `${to > from ? 'raises' : 'lowers'} ${from} → ${to} %`,
  promote: () => 'promotes',
  'roll-back': () => 'rolls back',
  ask: () => 'asks a person',
};

const WOULD: Texts = {
  hold: () => 'hold',
  weight: ({ from, to }) => `${to > from ? 'raise' : 'lower'} ${from} → ${to} %`,
  promote: () => 'promote',
  'roll-back': () => 'roll back',
  ask: () => 'ask a person',
};
