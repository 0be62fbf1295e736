import { expect, it } from 'vitest';
import { runAhead } from './runAhead';

it('passes whole ticks, up to the time that is asked for', async () => {
  const ticks: number[] = [];
  await runAhead({ fromMs: 100, untilMs: 1000 }, (nowMs) => ticks.push(nowMs));
  expect(ticks).toEqual([500, 750, 1000]);
});

it('passes nothing where there is no history to make', async () => {
  await runAhead({ fromMs: 1000, untilMs: 1000 }, () => expect.unreachable());
});

it('is given up when nobody wants the cluster any more', async () => {
  const giveUp = new AbortController();
  let ticks = 0;
  const running = runAhead(
    { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER },
    () => {
      ticks += 1;
      if (ticks === 3) giveUp.abort(new Error('no more'));
    },
    giveUp.signal,
  );
  await expect(running).rejects.toThrow('no more');
});
