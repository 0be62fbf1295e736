import { describe, expect, it } from 'vitest';
import { traceBounds, workloadBounds } from './bounds';
import { anAutoscaler } from './testing/autoscalers';

const CONFIG = { minReplicas: 1, maxReplicas: 100 };

describe('the bounds of a calibration', () => {
  it('are the HPA’s within those of the config', () => {
    const hpa = anAutoscaler({ minReplicas: 2, maxReplicas: 40 });
    expect(workloadBounds({}, hpa, CONFIG, 5)).toMatchObject({ minReplicas: 2, maxReplicas: 40 });
    expect(workloadBounds({}, hpa, { minReplicas: 3, maxReplicas: 20 }, 5)).toMatchObject({
      minReplicas: 3,
      maxReplicas: 20,
    });
  });

  it('are the HPA’s own where Coxswain has moved the fewest for now', () => {
    const original = { minReplicas: 2, metrics: null, behavior: null, annotations: {} };
    const handover = { how: 'advise', by: 'auto', atMs: 0, agent: 'a', text: '', original } as const;
    const advised = anAutoscaler({ minReplicas: 17, maxReplicas: 40, handover });
    expect(workloadBounds({}, advised, CONFIG, 5)).toMatchObject({ minReplicas: 2, maxReplicas: 40 });
    const unset = { ...handover, original: { ...original, minReplicas: null } };
    expect(workloadBounds({}, { ...advised, handover: unset }, CONFIG, 5).minReplicas).toBe(1);
  });

  it('are guessed without an HPA, and said to be', () => {
    const { maxReplicas, warnings } = workloadBounds({}, null, CONFIG, 5);
    expect(maxReplicas).toBe(15);
    expect(warnings).toEqual([expect.stringMatching(/up to 15 .* --max-replicas/)]);
  });

  it('are what the options say', () => {
    expect(workloadBounds({ minReplicas: 4, maxReplicas: 9 }, null, CONFIG, 5)).toMatchObject({
      minReplicas: 4,
      maxReplicas: 9,
    });
    expect(traceBounds({})).toMatchObject({ minReplicas: 2, maxReplicas: 30 });
    expect(traceBounds({ maxReplicas: 2 })).toMatchObject({ minReplicas: 1, maxReplicas: 2 });
  });

  it('end where the simulator ends, and say so', () => {
    const { maxReplicas, warnings } = traceBounds({ maxReplicas: 300 });
    expect(maxReplicas).toBe(100);
    expect(warnings).toEqual([expect.stringMatching(/300 are allowed/)]);
  });

  it.each([
    { minReplicas: 5, maxReplicas: 3 },
    { minReplicas: 4, maxReplicas: 4 },
    { minReplicas: 100, maxReplicas: 200 },
  ])('are refused where there is nothing between: %j', (given) => {
    for (const attempt of [() => traceBounds(given), () => workloadBounds(given, null, CONFIG, 5)]) {
      expect(attempt).toThrow(
        expect.objectContaining({ code: 'usage', remedy: expect.stringMatching(/--min-replicas/) }),
      );
    }
  });
});
