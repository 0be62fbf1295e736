import { expect, test } from 'vitest';
import { afterDeath, FORGET_AFTER_MS } from './restartPolicy';

test('three deaths in a row are followed by restarts that wait longer each time; after the fourth it asks', () => {
  const deaths = [0, 1000, 4000, 13_000];
  const decisions = deaths.map((nowMs, index) => afterDeath(deaths.slice(0, index + 1), nowMs));
  expect(decisions).toEqual([
    { kind: 'restart', delayMs: 500 },
    { kind: 'restart', delayMs: 2000 },
    { kind: 'restart', delayMs: 8000 },
    { kind: 'ask' },
  ]);
});

test('deaths of long ago are forgotten', () => {
  const nowMs = 10_000 + FORGET_AFTER_MS;
  expect(afterDeath([0, 1000, 10_000, nowMs], nowMs)).toEqual({ kind: 'restart', delayMs: 500 });
});
