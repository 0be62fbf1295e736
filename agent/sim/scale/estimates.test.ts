import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { Estimates } from './estimates';
import { Metrics } from './metrics';
import { Service } from './service';
import { plainDomain } from './testing/builders';

/** Feeds loads (in pods of 20 requests per second) to ten pods, one control step each. */
function estimatesAfter(
  loads: readonly number[],
  { podRate = 20, startLoad = loads[0] ?? 0 } = {},
): Estimates {
  const domain = plainDomain({ metricWindowSteps: 1 });
  const metrics = new Metrics(domain);
  const estimates = new Estimates(domain);
  estimates.reset(domain, startLoad);
  metrics.reset(domain);
  const random = new Random(1);
  for (const load of loads) {
    const service = new Service(domain);
    const arrivals = load * podRate * 15;
    const utilisation = Math.min(1, load / 10);
    Object.assign(service, { arrivals, served: utilisation * 10 * podRate * 15, utilisation, readyPods: 10 });
    metrics.scrape(service, random);
    estimates.update(metrics, 40);
  }
  return estimates;
}

const steady = (load: number, steps: number) => Array.from({ length: steps }, () => load);

describe('the estimates', () => {
  it('learn the capacity of a pod from what is served at what CPU', () => {
    expect(estimatesAfter(steady(5, 3), { podRate: 33 }).podRate).toBeCloseTo(33);
  });

  it('go on rising where CPU is saturated', () => {
    const estimates = estimatesAfter([5, 5, 25]);
    expect(estimates.podRate).toBeCloseTo(20);
    expect(estimates.load).toBeCloseTo(25);
  });

  it('learn nothing from idle pods', () => {
    expect(estimatesAfter(steady(0.1, 5), { podRate: 33 }).podRate).toBe(20);
  });

  it('know the lead time: start-up, half the window, lag', () => {
    expect(estimatesAfter([5]).leadSteps).toBeCloseTo(40 / 15 + 0.5);
  });

  it('remember loads', () => {
    const estimates = estimatesAfter([...steady(2, 60), 3, 7, 4]);
    expect([0, 1, 2, 3, 60].map((steps) => estimates.loadAgo(steps))).toEqual(
      [4, 7, 3, 2, 2].map((load) => expect.closeTo(load)),
    );
    expect(estimates.max5).toBeCloseTo(7);
    expect(estimates.mean5).toBeCloseTo((17 * 2 + 14) / 20);
    expect(estimates.mean15).toBeCloseTo((57 * 2 + 14) / 60);
    const deviation = Math.sqrt((17 * 4 + 9 + 49 + 16) / 20 - 2.4 ** 2);
    expect(estimates.deviation5).toBeCloseTo(deviation);
  });

  it('hold the maximum of 15 minutes for 15 minutes', () => {
    expect(estimatesAfter([9, ...steady(2, 59)]).max15).toBeCloseTo(9);
    expect(estimatesAfter([9, ...steady(2, 60)], { startLoad: 2 }).max15).toBeCloseTo(2);
  });

  it('forecast a straight line along its slope', () => {
    const estimates = estimatesAfter(Array.from({ length: 60 }, (_, step) => 2 + 0.1 * step));
    expect(estimates.trend).toBeCloseTo(0.1, 3);
    expect(estimates.level).toBeCloseTo(7.9, 2);
    // Within one lead time of three steps.
    expect(estimates.riseMax).toBeCloseTo(0.3);
    expect(estimates.riseSize).toBeCloseTo(0.3, 1);
  });

  it('forget the greatest rise after an hour', () => {
    const jump = [...steady(2, 70), ...steady(5, 239)];
    expect(estimatesAfter(jump).riseMax).toBeCloseTo(3);
    expect(estimatesAfter([...jump, 5, 5, 5, 5]).riseMax).toBeCloseTo(0);
  });
});
