import { describe, expect, it } from 'vitest';
import { admits, type Breaker, type BreakerEvent, breakerAfter, CLOSED } from './breaker';

const CONFIG = { failures: 2, openFor: 600 };

function after(...kinds: BreakerEvent['kind'][]): Breaker {
  return kinds.reduce(
    (breaker, kind, index) => breakerAfter(breaker, { kind, atMs: index * 10 }, CONFIG),
    CLOSED,
  );
}

describe('the circuit breaker', () => {
  const cases: [name: string, events: BreakerEvent['kind'][], state: Breaker][] = [
    ['one failure is not enough', ['harmful'], { kind: 'closed', failuresInARow: 1 }],
    ['two in a row open it', ['harmful', 'harmful'], { kind: 'open', untilMs: 610 }],
    [
      'a success between them does not',
      ['harmful', 'harmless', 'harmful'],
      { kind: 'closed', failuresInARow: 1 },
    ],
    [
      'what was not carried out does not break the row',
      ['harmful', 'nothing', 'harmful'],
      { kind: 'open', untilMs: 620 },
    ],
    ['a late success does not close it', ['harmful', 'harmful', 'harmless'], { kind: 'open', untilMs: 610 }],
    ['one try makes it half-open', ['harmful', 'harmful', 'begun'], { kind: 'half-open', untilMs: 620 }],
    ['a try that does no harm closes it', ['harmful', 'harmful', 'begun', 'harmless'], CLOSED],
    [
      'a try that harms opens it again',
      ['harmful', 'harmful', 'begun', 'harmful'],
      { kind: 'open', untilMs: 630 },
    ],
    [
      'a try that says nothing lets another try',
      ['harmful', 'harmful', 'begun', 'nothing'],
      { kind: 'open', untilMs: 30 },
    ],
  ];
  it.each(cases)('%s', (_, events, state) => {
    expect(after(...events)).toEqual(state);
  });

  it('admits nothing until its time is over', () => {
    expect(admits(CLOSED, 0)).toBe(true);
    for (const kind of ['open', 'half-open'] as const) {
      expect(admits({ kind, untilMs: 100 }, 99)).toBe(false);
      expect(admits({ kind, untilMs: 100 }, 100)).toBe(true);
    }
  });
});
