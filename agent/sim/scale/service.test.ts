import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { PodPool } from './podPool';
import { Service } from './service';
import { plainDomain } from './testing/builders';

function serviceOf(pods: number, changes = {}) {
  const domain = plainDomain(changes);
  const service = new Service(domain);
  service.reset(domain);
  const pool = new PodPool();
  pool.reset(pods, domain.startupSeconds);
  return { service, pool };
}

/** A control step at that rate. */
function advance(
  { service, pool }: ReturnType<typeof serviceOf>,
  rate: number,
  seed = 1,
  seconds = 0,
): Service {
  service.advance(new Float32Array(seconds + 15).fill(rate), seconds, pool, new Random(seed));
  return service;
}

describe('the service', () => {
  it('works off a backlog, and fails what is further back than the time-out', () => {
    const { service, pool } = serviceOf(1);
    service.backlog = 100;
    // Second 1: 20 are served, 40 = 2 s × 20 may stay, 40 fail. Seconds 2 and 3: 20 each.
    advance({ service, pool }, 0);
    expect(service).toMatchObject({ served: 60, timedOut: 40, backlog: 0, arrivals: 0, readyPods: 1 });
    expect(service.utilisation).toBeCloseTo(3 / 15);
    expect(service.meanBacklog).toBeCloseTo((40 + 20) / 15);
  });

  it('serves a light load at once', () => {
    const service = advance(serviceOf(10), 60);
    expect(service.served).toBe(service.arrivals);
    expect(service.arrivals / 15).toBeGreaterThan(50);
    expect(service.arrivals / 15).toBeLessThan(70);
    expect(service.utilisation).toBeCloseTo(service.arrivals / 15 / 200, 10);
    expect(service.load).toBeCloseTo(service.arrivals / 15 / 20, 10);
    expect(service).toMatchObject({ backlog: 0, timedOut: 0, errorShare: 0 });
    expect(service.violatedShare).toBeLessThan(0.001);
  });

  it('violates all requests of an overload, and its CPU shows no more than 100 %', () => {
    const state = serviceOf(2);
    advance(state, 100, 1);
    const service = advance(state, 100, 2);
    expect(service.utilisation).toBe(1);
    expect(service.violatedShare).toBe(1);
    expect(service.served).toBe(15 * 40);
    expect(service.backlog).toBeCloseTo(80);
    expect(service.errorShare).toBeCloseTo(1 - 40 / (service.arrivals / 15), 5);
    expect(service.latencyP95Seconds).toBe(2);
    expect(service.secondsOverObjective).toBe(15);
  });

  it('is the faster for each pod from the second on in which it is ready', () => {
    const state = serviceOf(1);
    state.pool.scaleTo(2, 0, new Random(1));
    const readyAt = Math.ceil(state.pool.nextReadySeconds);
    const from = readyAt - 5;
    advance(state, 50, 1, from);
    expect(state.service.readyPods).toBeCloseTo((5 + 10 * 2) / 15);
    expect(state.service.served).toBe(5 * 20 + 10 * 40);
  });

  it('fills memory fast and releases it slowly, within its limit', () => {
    const state = serviceOf(1);
    for (let step = 0; step < 40; step++) advance(state, 60, step);
    // Idle 0.4, full utilisation 0.2, a queue as long as the time-out 0.2.
    expect(state.service.memory).toBeCloseTo(0.8, 2);
    advance(state, 0);
    expect(state.service.memory).toBeGreaterThan(0.77);
    for (let step = 0; step < 200; step++) advance(state, 0);
    expect(state.service.memory).toBeCloseTo(0.4, 2);
  });

  it('loses no request: arrivals = served + timed out + growth of the backlog', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 10 }),
        fc.nat(),
        (rates, pods, seed) => {
          const state = serviceOf(pods, { capacityDrift: 0.1 });
          for (const [step, rate] of rates.entries()) {
            const before = state.service.backlog;
            const service = advance(state, rate, seed + step);
            const after = service.served + service.timedOut + service.backlog;
            expect(after).toBeCloseTo(before + service.arrivals, 6);
            expect(service.violated).toBeLessThanOrEqual(service.arrivals);
            expect(service.violated).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
