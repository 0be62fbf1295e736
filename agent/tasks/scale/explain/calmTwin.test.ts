import { describe, expect, it } from 'vitest';
import { OBSERVATION_SPEC_NAMES, OBSERVATION_SPECS } from '../../../sim/scale/observation';
import { createEnv } from '../../../training/environments';
import type { ScaleSpecName } from '../live/policies/policy';
import { calmTwin } from './calmTwin';

function named(spec: ScaleSpecName, values: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    OBSERVATION_SPECS[spec].fields.map(({ name }, field) => [name, values[field] ?? 0]),
  );
}

/** In the middle of an episode. */
function observed(spec: ScaleSpecName, seed: number): number[] {
  const env = createEnv({ name: 'scale', options: { spec } });
  env.reset(seed);
  for (let step = 0; step < 50; step++) env.step(0);
  return [...env.observation];
}

describe.each(OBSERVATION_SPEC_NAMES)('the calm twin of %s', (spec) => {
  const fields = OBSERVATION_SPECS[spec].fields;

  it('is an observation of the same spec', () => {
    for (const seed of [1, 2, 3]) {
      const twin = calmTwin(spec, observed(spec, seed));
      expect(twin).toHaveLength(fields.length);
      fields.forEach(({ name, min, max }, field) => {
        expect(twin[field], name).toBeGreaterThanOrEqual(min - 1e-6);
        expect(twin[field], name).toBeLessThanOrEqual(max + 1e-6);
      });
    }
  });

  it('is its own', () => {
    const twin = calmTwin(spec, observed(spec, 1));
    expect(calmTwin(spec, twin)).toEqual(twin);
  });
});

it('has as many pods and the same price, at 70 % and half the objective of latency', () => {
  const values = observed('scale/36', 1);
  const [own, calm] = [named('scale/36', values), named('scale/36', calmTwin('scale/36', values))];
  expect([calm.pods, calm.violationPrice, calm.startup]).toEqual([own.pods, own.violationPrice, own.startup]);
  expect(calm).toMatchObject({ queue: 0, violatedShare: 0, loadTrend: 0, loadPerPod: 0, sinceUp: 0 });
  expect(calm.hpaSuggestion).toBeCloseTo(0, 6);
  expect(calm.cpu).toBeCloseTo(0.2, 6);
  expect(calm.latencyP95).toBeCloseTo(Math.log(0.5), 6);
});

it('knows the load of as many pods in shares of the most replicas', () => {
  const pods = OBSERVATION_SPECS['scale/12'].fields.findIndex(({ name }) => name === 'pods');
  const values = OBSERVATION_SPECS['scale/12'].fields.map((_, field) => (field === pods ? 0.4 : 0.9));
  expect(named('scale/12', calmTwin('scale/12', values))).toMatchObject({
    pods: 0.4,
    requestRate: expect.closeTo(0.28, 6),
    latencyP95: expect.closeTo(0.1, 6),
    memoryMax: 0.9,
    pendingPods: 0,
  });
});
