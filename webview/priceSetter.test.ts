import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PriceSetter } from './priceSetter';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const timers = {
  setTimeout: (callback: () => void, delayMs: number) => Number(setTimeout(callback, delayMs)),
  clearTimeout: (timer: number) => clearTimeout(timer),
};

/** A setter whose agent answers when it is told to. */
function setter() {
  const sent: [string, number][] = [];
  const answers: (() => void)[] = [];
  const prices = new PriceSetter(
    timers,
    (workloadId, price) => {
      sent.push([workloadId, price]);
      return new Promise((resolve) => answers.push(resolve));
    },
    () => {},
  );
  const answer = async () => {
    answers.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { prices, sent, answer };
}

it('sends the value on which the slider rests, and none of those before', async () => {
  const { prices, sent, answer } = setter();
  for (const price of [5, 12, 30]) {
    prices.set('checkout', price);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(sent).toEqual([]);
  expect(prices.pending?.price).toBe(30);
  await vi.advanceTimersByTimeAsync(400);
  expect(sent).toEqual([['checkout', 30]]);
  await answer();
  expect(prices.pending).toBeNull();
});

it('keeps showing what was chosen while the answer to an earlier value comes', async () => {
  const { prices, sent, answer } = setter();
  prices.set('checkout', 5);
  await vi.advanceTimersByTimeAsync(400);
  prices.set('checkout', 80);
  await answer();
  expect(prices.pending?.price).toBe(80);
  await vi.advanceTimersByTimeAsync(400);
  await answer();
  expect([sent, prices.pending]).toEqual([
    [
      ['checkout', 5],
      ['checkout', 80],
    ],
    null,
  ]);
});

it('does not lose the value of one workload when another one is shown', async () => {
  const { prices, sent } = setter();
  prices.set('checkout', 5);
  prices.set('cart', 80);
  await vi.advanceTimersByTimeAsync(400);
  expect(sent).toEqual([
    ['checkout', 5],
    ['cart', 80],
  ]);
});
