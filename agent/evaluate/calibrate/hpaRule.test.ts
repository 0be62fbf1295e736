import { describe, expect, it } from 'vitest';
import { createScaleEnv, type ScaleEnv } from '../../sim/scale/scaleEnv';
import { DEFAULT_SCALE_DOWN, DEFAULT_SCALE_UP } from '../../tasks/scale/hpa/hpaSpec';
import { type HpaBehaviour, hpaRule } from './hpaRule';

/** What an HPA looks at, with so much CPU; all pods are measured. */
function seeing(pods: number, cpu: number, seconds: number): ScaleEnv {
  const env = createScaleEnv({ minReplicas: 1, maxReplicas: 100 });
  const model = {
    ...env.model,
    pods: { count: pods, measured: () => pods },
    metrics: { cpu },
    seconds,
    minReplicas: 1,
    maxReplicas: 100,
  };
  return { ...env, model } as unknown as ScaleEnv;
}

const usual: HpaBehaviour = { target: 0.5, scaleUp: DEFAULT_SCALE_UP, scaleDown: DEFAULT_SCALE_DOWN };

/** What it wants after each look. */
function wishes(hpa: HpaBehaviour, looks: readonly (readonly [pods: number, cpu: number])[]): number[] {
  const rule = hpaRule('hpa', hpa);
  rule.reset(0);
  return looks.map(([pods, cpu], index) => rule.decide(seeing(pods, cpu, 15 * index)));
}

describe('an HPA with its behaviour', () => {
  it('goes up at once by the ratio, and by no more than its policies allow', () => {
    expect(wishes(usual, [[4, 0.75]])).toEqual([6]);
    expect(wishes(usual, [[10, 1]])).toEqual([20]);
    const slow = {
      ...usual,
      scaleUp: { ...DEFAULT_SCALE_UP, policies: [{ type: 'Pods' as const, value: 2, periodSeconds: 15 }] },
    };
    expect(wishes(slow, [[10, 1]])).toEqual([12]);
  });

  it('counts a policy from what there was at the beginning of its period', () => {
    const scaleUp = {
      ...DEFAULT_SCALE_UP,
      policies: [{ type: 'Pods' as const, value: 3, periodSeconds: 60 }],
    };
    expect(
      wishes({ ...usual, scaleUp }, [
        [10, 1],
        [13, 1],
        [13, 1],
      ]),
    ).toEqual([13, 13, 13]);
  });

  it.each([
    ['Max' as const, 6],
    ['Min' as const, 5],
    ['Disabled' as const, 4],
  ])('selects by %s among its policies', (selectPolicy, wanted) => {
    const policies = [
      { type: 'Pods' as const, value: 1, periodSeconds: 15 },
      { type: 'Percent' as const, value: 50, periodSeconds: 15 },
    ];
    expect(wishes({ ...usual, scaleUp: { ...DEFAULT_SCALE_UP, selectPolicy, policies } }, [[4, 1]])).toEqual([
      wanted,
    ]);
  });

  it('does nothing within its tolerance', () => {
    expect(wishes(usual, [[10, 0.54]])).toEqual([10]);
    expect(wishes({ ...usual, scaleUp: { ...DEFAULT_SCALE_UP, tolerance: 0.01 } }, [[10, 0.54]])).toEqual([
      11,
    ]);
  });

  it('goes down only to the highest wish of its window', () => {
    const looks = [
      [10, 0.5],
      [10, 0.25],
      [10, 0.25],
    ] as const;
    expect(wishes(usual, looks)).toEqual([10, 10, 10]);
    const scaleDown = { ...DEFAULT_SCALE_DOWN, stabilizationWindowSeconds: 30 };
    expect(wishes({ ...usual, scaleDown }, looks)).toEqual([10, 10, 5]);
  });

  it('goes down by no more than its policies allow', () => {
    const scaleDown = {
      ...DEFAULT_SCALE_DOWN,
      stabilizationWindowSeconds: 0,
      policies: [{ type: 'Percent' as const, value: 10, periodSeconds: 15 }],
    };
    expect(wishes({ ...usual, scaleDown }, [[20, 0.1]])).toEqual([18]);
  });

  it('waits with going up for as long as its window says', () => {
    const scaleUp = { ...DEFAULT_SCALE_UP, stabilizationWindowSeconds: 30 };
    expect(
      wishes({ ...usual, scaleUp }, [
        [4, 0.5],
        [4, 0.75],
        [4, 0.75],
      ]),
    ).toEqual([4, 4, 6]);
  });
});
