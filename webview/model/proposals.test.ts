import { describe, expect, it } from 'vitest';
import { proposalTitle, timeLeft, waitingProposals } from './proposals';
import { proposal } from './testData';

const REAL_TIME = { originMs: 0, wallOriginMs: 0, rate: 1 };

describe('the time left', () => {
  function check(
    clock: typeof REAL_TIME,
    wallMs: number,
    text: string,
    share: number,
    urgent: boolean,
  ): void {
    expect(timeLeft(proposal('p'), clock, wallMs)).toEqual({ text, share, urgent });
  }

  it('counts down to the expiry and not below', () => {
    check(REAL_TIME, 0, '2:00', 1, false);
    check(REAL_TIME, 72_000, '0:48', 0.4, false);
    check(REAL_TIME, 119_500, '0:01', 500 / 120_000, true);
    check(REAL_TIME, 130_000, '0:00', 0, true);
  });

  it('is the wall time a person has when the cluster runs faster', () => {
    check({ originMs: 0, wallOriginMs: 1_000_000, rate: 10 }, 1_000_000, '0:12', 1, false);
    check({ originMs: 0, wallOriginMs: 1_000_000, rate: 10 }, 1_006_000, '0:06', 0.5, false);
  });
});

it('only pending proposals wait, the one that ends first on top', () => {
  const waiting = waitingProposals([
    proposal('late', { expiresAtMs: 300 }),
    proposal('decided', { state: { kind: 'rejected', atMs: 1, by: 'me', why: '' } }),
    proposal('soon', { expiresAtMs: 200 }),
  ]);
  expect(waiting.map(({ id }) => id)).toEqual(['soon', 'late']);
});

it('a title starts with a capital letter', () => {
  expect(proposalTitle(proposal('p'))).toBe('Restart pod checkout-1');
});
