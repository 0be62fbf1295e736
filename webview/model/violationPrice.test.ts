import { expect, it } from 'vitest';
import { PRICES, parsePrice, positionOf, priceAt, priceText, SLIDER_STEPS } from './violationPrice';

it('runs from 2 to 100, with the geometric mean in the middle', () => {
  expect([0, SLIDER_STEPS / 2, SLIDER_STEPS].map(priceAt)).toEqual([2, 14, 100]);
});

it('stands where its price is, and at its end for one that is outside', () => {
  for (const { price } of PRICES) expect(priceAt(positionOf(price))).toBeCloseTo(price, -0.5);
  expect([positionOf(0.1), positionOf(10_000)]).toEqual([0, SLIDER_STEPS]);
});

it('gets dearer from step to step, in words that differ for most of them', () => {
  const prices = Array.from({ length: SLIDER_STEPS + 1 }, (_, position) => priceAt(position));
  expect(prices).toEqual(prices.toSorted((a, b) => a - b));
  expect(new Set(prices).size).toBeGreaterThan(0.6 * SLIDER_STEPS);
});

it.each([
  [5, 'a late request costs 5 pods: cheaper'],
  [20, 'a late request costs 20 pods: balanced'],
  [80, 'a late request costs 80 pods: safer'],
  [2.25, 'a late request costs 2.25 pods: cheaper'],
])('says of %d what it means', (price, text) => {
  expect(priceText(price)).toBe(text);
});

it.each(['', 'cheap', '-1', '0', '1e9', 'NaN'])('refuses the price "%s"', (text) => {
  expect(parsePrice(text)).toHaveProperty('problem');
});

it('takes a number as people write it', () => {
  expect([parsePrice(' 20 '), parsePrice('0,5')]).toEqual([{ price: 20 }, { price: 0.5 }]);
});
