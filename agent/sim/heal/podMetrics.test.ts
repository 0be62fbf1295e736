import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { PodMetrics } from './podMetrics';
import { HealScenario } from './scenario';
import { TICK_SECONDS } from './tick';

/** Of one pod, whose samples are of that latency (without a random part), share of errors, and CPU. */
function measured(changes: Partial<HealScenario>) {
  const scenario = Object.assign(new HealScenario(), { noise: 0, delayTicks: 0 }, changes);
  const metrics = new PodMetrics(3, scenario);
  metrics.reset();
  for (let pod = 0; pod < 3; pod++) metrics.clear(pod);
  const random = new Random(1);
  const tick = (latency: number, errors = 0, cpu = 0.5) => {
    metrics.sample(0, latency, 0, errors, cpu, 0.4);
    metrics.measure(0, 1e9, 1, random);
  };
  return { metrics, tick, random };
}

describe('metrics over four scrape intervals', () => {
  const EVENTS = { detection: 'events', scrapeTicks: 2 } as const;

  it('have a p95 that jumps with the first slow tick of eight, and falls with the last', () => {
    const { metrics, tick } = measured(EVENTS);
    for (let count = 0; count < 8; count++) tick(0.1);
    expect(metrics.p95Seconds[0]).toBeCloseTo(0.1, 9);
    const seen: number[] = [];
    for (let count = 0; count < 3; count++) tick(2);
    for (let count = 0; count < 8; count++) {
      tick(0.1);
      seen.push(metrics.p95Seconds[0] ?? 0);
    }
    // The three slow ones leave a window of eight one by one.
    expect(seen.map((value) => value > 1)).toEqual([true, true, true, true, true, true, true, false]);
  });

  it('have rates that move by an eighth with each tick', () => {
    const { metrics, tick } = measured(EVENTS);
    for (let count = 0; count < 8; count++) tick(0.1, 0, 0.2);
    tick(0.1, 0.8, 1);
    expect(metrics.errorRate[0]).toBeCloseTo(0.1, 3);
    expect(metrics.cpu[0]).toBeCloseTo(0.3, 9);
    expect(metrics.requests[0]).toBe(1e9 * 8 * TICK_SECONDS);
  });

  it('are seen at scrapes, as late as the scenario has it', () => {
    const { metrics } = measured(EVENTS);
    expect([1, 2, 3, 4].map((ticks) => metrics.isDue(ticks))).toEqual([false, true, false, true]);
    const late = measured({ ...EVENTS, delayTicks: 1 });
    late.tick(0.1);
    expect(late.metrics.p95Seconds[0]).toBeNaN();
    late.tick(9);
    expect(late.metrics.p95Seconds[0]).toBeCloseTo(0.1, 9);
    late.tick(0.1);
    expect(late.metrics.p95Seconds[0]).toBeGreaterThan(1);
  });

  it('begin anew where a pod does, and move with it', () => {
    const { metrics, tick, random } = measured(EVENTS);
    for (let count = 0; count < 5; count++) tick(0.3, 0.2);
    metrics.move(0, 2);
    metrics.clear(0);
    expect(metrics.p95Seconds[0]).toBeNaN();
    expect(metrics.p95Seconds[2]).toBeCloseTo(0.3, 9);
    metrics.sample(2, 0.3, 0, 0.2, 0.5, 0.4);
    metrics.measure(2, 1e9, 1, random);
    expect(metrics.errorRate[2]).toBeCloseTo(0.2, 3);
    expect(metrics.requests[2]).toBe(1e9 * 6 * TICK_SECONDS);
  });
});

describe('metrics as lagged averages', () => {
  it('move by 1 − e^(−tick ÷ lag) with each tick', () => {
    const { metrics, tick } = measured({ detection: 'averages', lagSeconds: 20 });
    tick(0.1);
    expect(metrics.p95Seconds[0]).toBeCloseTo(0.1, 9);
    tick(0.5);
    expect(metrics.p95Seconds[0]).toBeCloseTo(0.1 + 0.4 * (1 - Math.exp(-TICK_SECONDS / 20)), 9);
    expect(metrics.keepOver(3)).toBeCloseTo(Math.exp((-3 * TICK_SECONDS) / 20), 9);
  });

  it('have no memory without a lag', () => {
    const { metrics, tick } = measured({ detection: 'averages', lagSeconds: 0 });
    tick(0.1);
    tick(0.7);
    expect(metrics.p95Seconds[0]).toBeCloseTo(0.7, 9);
    expect(metrics.keepOver(3)).toBe(0);
  });
});
