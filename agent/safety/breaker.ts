/**
 * Circuit breaker over all actions, as in Nygard's "Release It!": closed while things go well, open after several
 * failures in a row, then half-open for one trial.
 */
export type Breaker =
  | { kind: 'closed'; failuresInARow: number }
  | { kind: 'open'; untilMs: number }
  /** One action is being tried; if its outcome never comes, another may be tried after `untilMs`. */
  | { kind: 'half-open'; untilMs: number };

export interface BreakerEvent {
  /**
   * `begun`: an action is tried. `harmless`: it did no harm, be it ineffective. `harmful`: it failed, or made things
   * worse. `nothing`: it was not carried out, or what came of it is unknown.
   */
  kind: 'begun' | 'harmless' | 'harmful' | 'nothing';
  atMs: number;
}

export interface BreakerConfig {
  /** Harmful actions in a row that open the breaker. */
  failures: number;
  /** How long it stays open, ms. */
  openFor: number;
}

export const CLOSED: Breaker = { kind: 'closed', failuresInARow: 0 };

/** Whether an action may be tried now. */
export function admits(breaker: Breaker, nowMs: number): boolean {
  return breaker.kind === 'closed' || nowMs >= breaker.untilMs;
}

/** The breaker after an event. Pure. */
export function breakerAfter(breaker: Breaker, { kind, atMs }: BreakerEvent, config: BreakerConfig): Breaker {
  const untilMs = atMs + config.openFor;
  switch (kind) {
    case 'begun':
      return breaker.kind === 'closed' ? breaker : { kind: 'half-open', untilMs };
    case 'nothing':
      return breaker.kind === 'half-open' ? { kind: 'open', untilMs: atMs } : breaker;
    case 'harmless':
      // What was begun before the breaker opened says nothing about now.
      return breaker.kind === 'open' ? breaker : CLOSED;
    case 'harmful': {
      if (breaker.kind !== 'closed') return { kind: 'open', untilMs };
      const failuresInARow = breaker.failuresInARow + 1;
      return failuresInARow < config.failures
        ? { kind: 'closed', failuresInARow }
        : { kind: 'open', untilMs };
    }
  }
}
