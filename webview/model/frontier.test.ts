import { describe, expect, it } from 'vitest';
import { exampleCalibration, exampleFrontierPoint } from '../../test/support/protocolExamples';
import { formatViolated, frontierOf, hasCosts } from './frontier';

const calibration = exampleCalibration();
const armOf = (name: string) => {
  const found = frontierOf(calibration, 'pods').arms.find((arm) => arm.name === name);
  if (found === undefined) throw new Error(`no arm ${name}`);
  return found;
};

describe('the frontier', () => {
  it('has cheap on the left and few violations below', () => {
    const [few, many] = armOf('tuned-hpa').points;
    if (!few || !many) throw new Error('no points');
    expect(few.x).toBeLessThan(many.x);
    expect(few.y).toBeLessThan(many.y);
  });

  it('keeps every point and its interval in the box', () => {
    for (const axis of ['pods', 'cost'] as const) {
      for (const { x, y, xLow, xHigh, yLow, yHigh } of frontierOf(calibration, axis).arms.flatMap(
        ({ points }) => points,
      )) {
        for (const place of [x, y, xLow, xHigh, yLow, yHigh]) {
          expect(place).toBeGreaterThanOrEqual(0);
          expect(place).toBeLessThanOrEqual(100);
        }
      }
    }
  });

  it('draws no violation at all at the lower edge, and says so', () => {
    const { yTicks } = frontierOf(calibration, 'pods');
    const lowest = yTicks.toSorted((a, b) => b.at - a.at)[0];
    expect(lowest?.text).toBe('≤ 0.01 %');
    expect(armOf('clairvoyant').points[0]?.y).toBeCloseTo(lowest?.at ?? 0);
  });

  it('marks the recommended point and no other', () => {
    const marked = frontierOf(calibration, 'pods').arms.flatMap(({ name, points }) =>
      points.filter(({ isRecommended }) => isRecommended).map(({ price }) => [name, price]),
    );
    expect(marked).toEqual([['tuned-hpa', 20]]);
  });

  it('tells two arms of the same role apart', () => {
    const [first] = calibration.arms;
    if (!first) throw new Error('no arm');
    const { arms } = frontierOf({ ...calibration, arms: [first, { ...first, name: 'other' }] }, 'pods');
    expect(arms.map(({ variant }) => variant)).toEqual([0, 1]);
  });

  it('writes no price on another, and the recommended one in any case', () => {
    const points = [19, 20, 21, 80].map((price) =>
      exampleFrontierPoint(price, 4 + price / 1000 + (price > 50 ? 2 : 0), 0.004),
    );
    const arms = calibration.arms.map((arm) => ({ ...arm, points: arm.name === 'tuned-hpa' ? points : [] }));
    const written = frontierOf({ ...calibration, arms }, 'pods')
      .arms.flatMap((arm) => arm.points)
      .filter(({ hasRoom }) => hasRoom);
    expect(written.map(({ price }) => price)).toEqual([20, 80]);
  });

  it('says a point in words', () => {
    expect(armOf('hpa').points[0]?.text).toBe(
      'HPA as it is, a late request at 20 pods: 1.2 % late or failed with 5.2 pods',
    );
  });

  it('is empty, and has no axes, where no arm has a point', () => {
    const arms = calibration.arms.map((arm) => ({ ...arm, points: [] }));
    const empty = frontierOf({ ...calibration, arms }, 'pods');
    expect([empty.xTicks, empty.yTicks]).toEqual([[], []]);
  });

  it('has a place for a single point', () => {
    const [arm] = calibration.arms;
    if (!arm) throw new Error('no arm');
    const same = { mean: 3, low: 3, high: 3 };
    const points = [exampleFrontierPoint(20, 3, 0.01, { meanPods: same })];
    const [only] = frontierOf({ ...calibration, arms: [{ ...arm, points }] }, 'pods').arms;
    expect(only?.points[0]?.x).toBeCloseTo(50);
  });
});

it('offers costs only where every point has one', () => {
  expect(hasCosts(calibration)).toBe(true);
  const arms = calibration.arms.map((arm) => ({
    ...arm,
    points: arm.points.map((point) => ({ ...point, costPerHour: null })),
  }));
  expect(hasCosts({ ...calibration, arms })).toBe(false);
});

it.each([
  [0, '0 %'],
  [0.0123, '1.2 %'],
  [0.0003, '0.03 %'],
  [0.5, '50 %'],
])('writes the share %d as %s', (share, text) => {
  expect(formatViolated(share)).toBe(text);
});
