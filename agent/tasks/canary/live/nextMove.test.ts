import { describe, expect, it } from 'vitest';
import { type Move, type MoveInput, nextMove } from './nextMove';

const SAFE_TEXT = 'what the evidence says';

/** At 25 %, with nothing against a raise to 50. */
function check(changes: Partial<MoveInput> = {}): Move {
  return nextMove({
    ...{
      failedStart: null,
      notYet: null,
      blind: null,
      disturbed: null,
      hold: null,
      asked: null,
      isPaused: false,
    },
    ...{ verdict: 'undecided', evidenceText: SAFE_TEXT, limitedProof: () => false, requests: 1000 },
    ...{ weight: 25, mostWeight: 100, up: 50, down: 10, isStepped: false, mayPromote: true },
    pace: { pace: 'up', reason: 'the policy says so' },
    ...{ timeIsUp: false, noTraffic: 'hold', asksBeforePromotion: false },
    ...changes,
  });
}

describe('the next move', () => {
  it.each<[string, Partial<MoveInput>, Partial<Move>]>([
    ['goes up as the policy wishes', {}, { kind: 'weight', from: 25, to: 50 }],
    ['goes no further than the evidence allows', { mostWeight: 33.9 }, { kind: 'weight', to: 33 }],
    ['holds where the evidence allows no more', { mostWeight: 25 }, { kind: 'hold' }],
    ['does not stop between the steps of others', { mostWeight: 40, isStepped: true }, { kind: 'hold' }],
    ['goes down as the policy wishes', { pace: { pace: 'down', reason: '' } }, { kind: 'weight', to: 10 }],
    [
      'goes no lower than the first weight',
      { pace: { pace: 'down', reason: '' }, down: null },
      { kind: 'hold' },
    ],
    ['does not promote by pace', { weight: 75, up: null }, { kind: 'hold' }],
    ['promotes what is safe', { verdict: 'safe' }, { kind: 'promote', limited: false }],
    [
      'promotes nothing before its controller waits',
      { verdict: 'safe', mayPromote: false },
      { kind: 'hold' },
    ],
    [
      'asks before it promotes by fixed steps',
      { verdict: 'safe', asksBeforePromotion: true },
      { kind: 'ask' },
    ],
    ['rolls back at harm', { verdict: 'harm' }, { kind: 'roll-back', reason: SAFE_TEXT }],
    ['rolls back at harm in an incident', { verdict: 'harm', hold: 'an incident' }, { kind: 'roll-back' }],
    ['rolls back at harm without new data', { verdict: 'harm', blind: 'stale' }, { kind: 'roll-back' }],
    ['rolls back at harm while it is paused', { verdict: 'harm', isPaused: true }, { kind: 'roll-back' }],
    ['judges nothing while a fault runs', { verdict: 'harm', disturbed: 'a fault' }, { kind: 'hold' }],
    ['rolls back what does not start', { failedStart: 'no image', weight: 0 }, { kind: 'roll-back' }],
    ['holds while it is paused', { verdict: 'safe', isPaused: true }, { kind: 'hold' }],
    ['asks about what does not go on', { asked: 'somebody' }, { kind: 'ask', pauses: false }],
    ['holds until the canary is ready', { notYet: 'not ready' }, { kind: 'hold', reason: 'not ready' }],
    [
      'promotes nothing without data',
      { verdict: 'safe', blind: 'stale' },
      { kind: 'hold', reason: 'no data: stale' },
    ],
    ['promotes nothing while something else happens', { verdict: 'safe', hold: 'an HPA' }, { kind: 'hold' }],
  ])('%s', (_what, changes, expected) => {
    expect(check(changes)).toMatchObject(expected);
  });

  it.each<[string, Partial<MoveInput>, Partial<Move>]>([
    ['asks', {}, { kind: 'ask', pauses: true }],
    [
      'promotes with limited proof, and says so',
      { limitedProof: () => true },
      { kind: 'promote', limited: true },
    ],
    ['does not without data', { limitedProof: () => true, blind: 'stale' }, { kind: 'ask' }],
    ['does not by fixed steps', { limitedProof: () => true, asksBeforePromotion: true }, { kind: 'ask' }],
    ['asks without requests', { requests: 0 }, { kind: 'ask' }],
    [
      'rolls back without requests where it is to fail',
      { requests: 0, noTraffic: 'fail' },
      { kind: 'roll-back' },
    ],
    ['asks with a few requests all the same', { requests: 5, noTraffic: 'fail' }, { kind: 'ask' }],
    ['still promotes what is safe', { verdict: 'safe' }, { kind: 'promote', limited: false }],
    ['does nothing while something else happens', { hold: 'an incident' }, { kind: 'hold' }],
  ])('at the time limit %s', (_what, changes, expected) => {
    expect(check({ timeIsUp: true, ...changes })).toMatchObject(expected);
  });
});
