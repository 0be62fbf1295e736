import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limit, stabilise } from './behavior';
import { decideHpa } from './hpa';
import type { HpaSpec } from './hpaSpec';
import { HpaState } from './hpaState';
import type { MetricReading } from './metrics';
import { allAt, cpu, externalMetric, NOW_SECONDS, single, specOf, usages, value } from './testing/hpaTesting';

const policy = fc.record({
  type: fc.constantFrom('Pods', 'Percent'),
  value: fc.integer({ min: 1, max: 200 }),
  periodSeconds: fc.integer({ min: 1, max: 1800 }),
});
const rules = fc.record({
  selectPolicy: fc.constantFrom('Max', 'Min', 'Disabled'),
  stabilizationWindowSeconds: fc.integer({ min: 0, max: 3600 }),
  tolerance: fc.double({ min: 0, max: 0.5, noNaN: true }),
  policies: fc.array(policy, { minLength: 1, maxLength: 3 }),
});
const spec: fc.Arbitrary<HpaSpec> = fc
  .record({
    minReplicas: fc.integer({ min: 1, max: 20 }),
    more: fc.integer({ min: 0, max: 80 }),
    target: fc.integer({ min: 1, max: 200 }),
    behavior: fc.record({ scaleUp: rules, scaleDown: rules }),
  })
  .map(({ minReplicas, more, target, behavior }) =>
    specOf({ minReplicas, maxReplicas: minReplicas + more, metrics: [cpu(target)], behavior }),
  );
/** Utilisation in percent at one sync after the other. */
const course = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 60 });

/** Lets the HPA steer pods that are always all there, and calls `each` after every sync. */
function steer(
  hpa: HpaSpec,
  percents: readonly number[],
  start: number,
  each: (before: number, after: number, asked: number | null, seconds: number) => void,
): void {
  const state = new HpaState();
  let pods = start;
  for (const [sync, percent] of percents.entries()) {
    const nowSeconds = sync * 15;
    const readings = [allAt(pods, percent)];
    const decision = decideHpa(hpa, state, {
      nowSeconds,
      specReplicas: pods,
      statusReplicas: pods,
      readings,
    });
    each(pods, decision.desiredReplicas, decision.recommended, nowSeconds);
    state.noteRescale(nowSeconds, pods, decision.desiredReplicas);
    pods = decision.desiredReplicas;
  }
}

describe('the HPA, whatever its spec and whatever happens,', () => {
  it('keeps to its bounds', () => {
    fc.assert(
      fc.property(spec, course, fc.integer({ min: 1, max: 150 }), (hpa, percents, start) => {
        steer(hpa, percents, start, (_, after) => {
          expect(after).toBeGreaterThanOrEqual(hpa.minReplicas);
          expect(after).toBeLessThanOrEqual(hpa.maxReplicas);
        });
      }),
    );
  });

  it('never goes below the highest recommendation of the window, nor above the lowest', () => {
    fc.assert(
      fc.property(spec, course, fc.integer({ min: 1, max: 150 }), (hpa, percents, start) => {
        const asked: { seconds: number; replicas: number }[] = [];
        steer(hpa, percents, start, (before, after, recommended, seconds) => {
          if (recommended === null) return;
          asked.push({ seconds, replicas: recommended });
          const of = (windowSeconds: number) =>
            asked.filter((ask) => ask.seconds === seconds || ask.seconds > seconds - windowSeconds);
          const highest = Math.max(
            ...of(hpa.scaleDown.stabilizationWindowSeconds).map(({ replicas }) => replicas),
          );
          const lowest = Math.min(
            ...of(hpa.scaleUp.stabilizationWindowSeconds).map(({ replicas }) => replicas),
          );
          if (after < before) expect(after).toBeGreaterThanOrEqual(Math.min(highest, hpa.maxReplicas));
          if (after > before) expect(after).toBeLessThanOrEqual(Math.max(lowest, hpa.minReplicas));
        });
      }),
    );
  });

  it('asks for no fewer pods when the metric is higher', () => {
    fc.assert(
      fc.property(
        spec,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 0, max: 3000 }),
        (hpa, ready, missing, unready, one, other) => {
          const asks = (percent: number) => {
            const replicas = ready + missing + unready;
            const bounded: HpaSpec = { ...hpa, minReplicas: 1, maxReplicas: 10_000 };
            return decideHpa(bounded, new HpaState(), {
              nowSeconds: NOW_SECONDS,
              specReplicas: replicas,
              statusReplicas: replicas,
              readings: [allAt(ready, percent, { missing, unready })],
            }).recommended as number;
          };
          expect(asks(Math.max(one, other))).toBeGreaterThanOrEqual(asks(Math.min(one, other)));
        },
      ),
    );
  });

  it('does nothing on a metric that is negative or not a number', () => {
    const nonsense = fc.oneof(
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
      fc.double({ max: -Number.MIN_VALUE, noNaN: true }),
    );
    fc.assert(
      fc.property(spec, nonsense, fc.boolean(), (hpa, amount, isExternal) => {
        const reading: MetricReading = isExternal ? single(amount, 3) : usages([amount, amount]);
        const metrics = isExternal ? specOf({ metrics: [externalMetric(value('10'))] }).metrics : hpa.metrics;
        const replicas = hpa.minReplicas;
        const decision = decideHpa({ ...hpa, metrics }, new HpaState(), {
          nowSeconds: NOW_SECONDS,
          specReplicas: replicas,
          statusReplicas: replicas,
          readings: [reading],
        });
        expect(decision).toMatchObject({ desiredReplicas: replicas, isRescale: false, recommended: null });
      }),
    );
  });

  it('moves in no direction that is disabled', () => {
    fc.assert(
      fc.property(spec, course, (hpa, percents) => {
        const up = { ...hpa, scaleDown: { ...hpa.scaleDown, selectPolicy: 'Disabled' as const } };
        steer(up, percents, hpa.minReplicas, (before, after) => expect(after).toBeGreaterThanOrEqual(before));
        const down = { ...hpa, scaleUp: { ...hpa.scaleUp, selectPolicy: 'Disabled' as const } };
        steer(down, percents, hpa.maxReplicas, (before, after) => expect(after).toBeLessThanOrEqual(before));
      }),
    );
  });

  it('forgets what is older than an hour, and nothing else', () => {
    const hpa = specOf({ behavior: { scaleDown: { stabilizationWindowSeconds: 3600 } } });
    const state = new HpaState();
    state.recommendations.add(0, 40);
    for (let seconds = 5; seconds < 3600; seconds += 5) {
      expect(stabilise(hpa, state, seconds, 50, 3)).toBe(40);
    }
    expect(stabilise(hpa, state, 3600, 50, 3)).toBe(3);
    expect(limit(hpa, state, 3600, 50, 3)).toBe(3);
  });
});
