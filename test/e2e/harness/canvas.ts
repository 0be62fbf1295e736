import type { Locator } from 'playwright-core';
import { expect } from 'vitest';

const TIMEOUT_MS = 30_000;

/** Waits until there are so many charts, and something is drawn on each of them. */
export async function expectPainted(charts: Locator, atLeast: number): Promise<void> {
  await expect.poll(() => charts.count(), { timeout: TIMEOUT_MS }).toBeGreaterThanOrEqual(atLeast);
  for (const chart of await charts.all()) {
    await expect.poll(() => chart.evaluate(isPainted), { timeout: TIMEOUT_MS }).toBe(true);
  }
}

/** What is used of a HTMLCanvasElement, whose types belong to the browser's side. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  };
}

/** Whether anything is drawn on a canvas; runs in the page. */
function isPainted(canvas: Canvas): boolean {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value) => value !== 0);
}
