import type { Config } from '../../../config/schema';

/** What the controller does next, with why in words. */
export type Move =
  | { kind: 'hold'; reason: string }
  | { kind: 'weight'; from: number; to: number; reason: string }
  /** The canary becomes the stable version. `limited`: by limited proof, at the time limit. */
  | { kind: 'promote'; limited: boolean; reason: string }
  | { kind: 'roll-back'; reason: string }
  /** A person has to decide. `pauses`: until then it stays as it is. */
  | { kind: 'ask'; pauses: boolean; reason: string };

export interface MoveInput {
  /** Why the canary will not serve; null where it may. */
  failedStart: string | null;
  /** No pod of it is ready yet, or its traffic may not begin; null where it may. */
  notYet: string | null;
  /** Why nothing was counted in this interval; null where it was. */
  blind: string | null;
  /** See `Disturbance`. */
  disturbed: string | null;
  hold: string | null;
  /** A person has paused it. */
  isPaused: boolean;
  /** Why it does not go on without a person, such as a weight that somebody else has changed; null where it does. */
  asked: string | null;
  verdict: 'undecided' | 'harm' | 'safe';
  evidenceText: string;
  limitedProof(): boolean;
  /** Of the canary, since the start. */
  requests: number;
  /** Percent. */
  weight: number;
  /** The most that the evidence allows, percent. */
  mostWeight: number;
  pace: { pace: 'hold' | 'up' | 'down'; reason: string };
  /** Where up and down lead to, percent; null where there is no further. */
  up: number | null;
  down: number | null;
  /** It goes by steps of its own, between which there is nothing. */
  isStepped: boolean;
  /** It can be promoted now; else its own controller has to get on first. */
  mayPromote: boolean;
  timeIsUp: boolean;
  noTraffic: Config['canary']['noTraffic'];
  /** A rule by time alone: a person promotes what it has brought to its last step. */
  asksBeforePromotion: boolean;
}

/**
 * What follows from all that is known. The tests own promotion and rollback, a policy sets the pace between them: its
 * wish is heard last, and never goes beyond what the evidence allows. Without data nothing goes up. Pure.
 */
export function nextMove(input: MoveInput): Move {
  const { failedStart, blind, disturbed, hold, asked, verdict, evidenceText, timeIsUp } = input;
  if (failedStart !== null) return { kind: 'roll-back', reason: failedStart };
  if (disturbed !== null) return held(`${disturbed}: nothing is judged meanwhile`);
  if (verdict === 'harm') return { kind: 'roll-back', reason: evidenceText };
  if (input.isPaused) return held('it is paused');
  if (asked !== null) return { kind: 'ask', pauses: false, reason: asked };
  if (input.notYet !== null) return held(input.notYet);
  if (hold !== null) return held(hold);
  if (blind !== null) return timeIsUp ? atTheLimit(input) : held(`no data: ${blind}`);
  if (verdict === 'safe') return promoted(input);
  if (timeIsUp) return atTheLimit(input);
  return paced(input);
}

function promoted({ asksBeforePromotion, evidenceText, mayPromote }: MoveInput): Move {
  if (!mayPromote) return held(`it is promoted once its own controller waits for that. ${evidenceText}`);
  if (!asksBeforePromotion) return { kind: 'promote', limited: false, reason: evidenceText };
  return { kind: 'ask', pauses: true, reason: `fixed steps do not promote by themselves. ${evidenceText}` };
}

function atTheLimit(input: MoveInput): Move {
  const { requests, noTraffic, evidenceText, blind } = input;
  if (blind === null && input.mayPromote && !input.asksBeforePromotion && input.limitedProof()) {
    return { kind: 'promote', limited: true, reason: `limited proof at the time limit. ${evidenceText}` };
  }
  if (requests === 0 && noTraffic === 'fail') {
    return { kind: 'roll-back', reason: 'it has had no requests up to the time limit (noTraffic: fail)' };
  }
  const why = requests === 0 ? 'it has had no requests' : 'the evidence does not suffice';
  return { kind: 'ask', pauses: true, reason: `the time limit is over and ${blind ?? why}. ${evidenceText}` };
}

function paced({ pace, weight, mostWeight, up, down, isStepped }: MoveInput): Move {
  if (pace.pace === 'hold') return held(pace.reason);
  if (pace.pace === 'down') {
    return down === null || down >= weight
      ? held(`${pace.reason}; it is at its least weight`)
      : { kind: 'weight', from: weight, to: down, reason: pace.reason };
  }
  if (up === null) return held(`${pace.reason}; there is no further step before the promotion`);
  const to = Math.min(up, Math.floor(mostWeight + TINY));
  return to > weight && (!isStepped || to === up)
    ? { kind: 'weight', from: weight, to, reason: pace.reason }
    : held(`the evidence allows no more than ${Math.floor(mostWeight + TINY)} % of the traffic`);
}

const TINY = 1e-6;

function held(reason: string): Move {
  return { kind: 'hold', reason };
}
