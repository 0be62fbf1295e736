import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { Metrics } from './metrics';
import { Service } from './service';
import { plainDomain } from './testing/builders';

/** Metrics after scrapes of services with those utilisations. */
function metricsAfter(utilisations: readonly number[], changes = {}): Metrics {
  const domain = plainDomain(changes);
  const metrics = new Metrics(domain);
  metrics.reset(domain);
  const random = new Random(1);
  for (const utilisation of utilisations) {
    const service = new Service(domain);
    Object.assign(service, { utilisation, arrivals: 150 * utilisation, memory: utilisation / 2 });
    metrics.scrape(service, random);
  }
  return metrics;
}

describe('the metrics', () => {
  it.each([
    { window: 2, lag: 0, cpu: 0.45 },
    { window: 2, lag: 1, cpu: 0.35 },
    { window: 4, lag: 0, cpu: 0.35 },
    { window: 1, lag: 3, cpu: 0.2 },
    { window: 8, lag: 0, cpu: (0.5 + 0.4 + 0.3 + 0.2 + 4 * 0.1) / 8 },
  ])('are means of $window scrapes, late by $lag', ({ window, lag, cpu }) => {
    const metrics = metricsAfter([0.1, 0.2, 0.3, 0.4, 0.5], {
      metricWindowSteps: window,
      metricLagSteps: lag,
    });
    expect(metrics.cpu).toBeCloseTo(cpu);
    expect(metrics.arrivalRate).toBeCloseTo(10 * cpu);
    expect(metrics.memory).toBeCloseTo(cpu / 2);
  });

  it('keep five minutes for averages and maxima', () => {
    const metrics = metricsAfter([0.9, ...Array.from({ length: 19 }, () => 0.1)]);
    expect(metrics.cpuMax).toBe(0.9);
    expect(metrics.cpuMean).toBeCloseTo((0.9 + 19 * 0.1) / 20);
    const later = metricsAfter([0.9, ...Array.from({ length: 20 }, () => 0.1)]);
    expect(later.cpuMax).toBe(0.1);
    expect(later.memoryMax).toBe(0.05);
    expect(later.memoryMean).toBeCloseTo(0.05);
  });

  it('have the noise of the domain, on CPU and request rate, within what is possible', () => {
    const utilisations = Array.from({ length: 30 }, () => 0.99);
    const exact = metricsAfter(utilisations);
    const noisy = metricsAfter(utilisations, { metricNoise: 0.1 });
    expect(exact.cpu).toBeCloseTo(0.99);
    expect(noisy.cpu).not.toBeCloseTo(0.99, 4);
    expect(noisy.cpuMax).toBe(1);
    expect(noisy.arrivalRate).not.toBeCloseTo(exact.arrivalRate, 4);
    expect(noisy.memory).toBe(exact.memory);
  });
});
