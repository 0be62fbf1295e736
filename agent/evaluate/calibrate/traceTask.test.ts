import { describe, expect, it } from 'vitest';
import { podCapacity } from '../../sim/scale/domain';
import { peakOf } from './load';
import { aTraceTask, WAVES } from './testing/smallTask';

describe('a calibration on a trace', () => {
  it('scales it to a sensible share of the most replicas, and says so', () => {
    const { load, fit, source, deployment } = aTraceTask({ maxReplicas: 20 });
    expect(peakOf(load)).toBeCloseTo(0.4 * 20 * podCapacity(fit.domain), 3);
    expect(source.text).toMatch(/^waves\.csv, 3\.0 h, scaled × .*40 %/);
    expect(deployment).toMatchObject({ minReplicas: 2, maxReplicas: 20 });
  });

  it('takes it as it was recorded where the capacity of a pod is told', () => {
    const { load, fit, source } = aTraceTask({ podCapacity: 10, serviceSeconds: 0.05 });
    expect(peakOf(load)).toBeCloseTo(45, 4);
    expect(podCapacity(fit.domain)).toBeCloseTo(10, 9);
    expect(source.text).toMatch(/as it was recorded$/);
  });

  it('says of each parameter that it is assumed or told, and shows no error of a fit', () => {
    const { fit, fitErrors } = aTraceTask({ startupSeconds: 80 });
    expect(fitErrors).toEqual([]);
    expect(fit.text).toMatch(/Nothing but the load was measured/);
    expect(fit.parameters.find(({ name }) => name === 'start-up')).toMatchObject({
      value: 80,
      basis: 'told by --startup',
    });
    for (const { basis } of fit.parameters) expect(basis).toMatch(/assumed|told|÷|×/);
  });

  it('says where its rows are too far apart to show a burst', () => {
    expect(aTraceTask({}).warnings).toEqual([]);
    const coarse = { ...WAVES, intervalSeconds: 1800 };
    expect(aTraceTask({ trace: coarse }).warnings).toEqual([
      expect.stringMatching(/one row each 30 min, joined by straight lines/),
    ]);
  });

  it('is refused for half an hour, and for no load', () => {
    const short = { ...WAVES, values: WAVES.values.slice(0, 31) };
    expect(() => aTraceTask({ trace: short })).toThrow(/30 min long/);
    const idle = { ...WAVES, values: WAVES.values.map(() => 0) };
    expect(() => aTraceTask({ trace: idle })).toThrow(/no load/);
  });
});
