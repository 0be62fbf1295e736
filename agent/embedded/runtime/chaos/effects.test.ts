import { describe, expect, it } from 'vitest';
import { DEFAULT_POD_MODEL, NO_FAULTS } from '../../../sim/podModel';
import { addEffects, addFaults, NO_EFFECTS, stressFaults } from './effects';
import { StressChaosSpec } from './experiments';

const MIB = 2 ** 20;
const MODEL = { ...DEFAULT_POD_MODEL, cpuLimitCores: 0.5, memoryLimitBytes: 200 * MIB };
const BASE = { selector: {}, mode: 'one' };

const stress = (stressors: Record<string, unknown>, model = MODEL) =>
  stressFaults(StressChaosSpec.parse({ ...BASE, stressors }), model);

describe('stressFaults', () => {
  it('takes what the workers load, but of the quota only their share by threads', () => {
    expect(stress({ cpu: { workers: 1, load: 20 } }).cpuStolenCores).toBeCloseTo(0.2);
    expect(stress({ cpu: { workers: 1, load: 100 } }).cpuStolenCores).toBeCloseTo(0.25);
    expect(stress({ cpu: { workers: 4 } }).cpuStolenCores).toBeCloseTo(0.4);
  });

  it.each([
    ['256MB', 256],
    ['256MiB', 256],
    ['1GB', 1024],
    ['50%', 100],
  ])('fills %s of memory, in all, in 20 s', (size, mib) => {
    const faults = stress({ memory: { workers: 4, size } });
    expect(faults.ballastBytes / MIB).toBe(mib);
    expect(faults.ballastBytesPerSecond / MIB).toBe(mib / 20);
  });

  it('refuses what it cannot do', () => {
    expect(() => stress({})).toThrow('at least one of the stressors');
    expect(() => stress({ memory: { workers: 1, size: 'much' } })).toThrow('not a size');
    const unlimited = { ...MODEL, memoryLimitBytes: Number.POSITIVE_INFINITY };
    expect(() => stress({ memory: { workers: 1, size: '50%' } }, unlimited)).toThrow('no memory limit');
  });
});

describe('addFaults', () => {
  it('adds up, losses as independent chances', () => {
    const one = {
      ...NO_FAULTS,
      cpuStolenCores: 0.1,
      delaySeconds: 0.2,
      delayJitterSeconds: 3,
      lossShare: 0.5,
    };
    const two = { ...one, delayJitterSeconds: 4, ballastBytes: 5, ballastBytesPerSecond: 1 };
    const sum = addFaults([one, two]);
    expect(sum.cpuStolenCores).toBeCloseTo(0.2);
    expect(sum).toMatchObject({ delaySeconds: 0.4, delayJitterSeconds: 5, lossShare: 0.75, ballastBytes: 5 });
  });

  it('keeps the mean of what requests wait', () => {
    const slow = (slowShare: number, slowSeconds: number) => ({ ...NO_FAULTS, slowShare, slowSeconds });
    const { slowShare, slowSeconds } = addFaults([slow(0.5, 2), slow(0.5, 1)]);
    expect(slowShare).toBeCloseTo(0.75);
    expect(slowShare * slowSeconds).toBeCloseTo(1.5);
  });

  it('takes the narrowest link', () => {
    const one = { ...NO_FAULTS, linkRate: 10, linkQueue: 50 };
    expect(addFaults([one, { ...one, linkRate: 5 }, NO_FAULTS])).toMatchObject({
      linkRate: 5,
      linkQueue: 50,
    });
  });
});

describe('addEffects', () => {
  const rule = { port: 8080, path: '*', abort: false, delaySeconds: 0.5, status: null };
  const withRule = (changes: Partial<typeof rule> | { status: number }) => ({
    ...NO_EFFECTS,
    httpRules: [{ ...rule, ...changes }],
  });

  it('lets rules for HTTP act on the load where they match it', () => {
    expect(addEffects([withRule({}), withRule({})], 8080).faults.delaySeconds).toBe(1);
    expect(addEffects([withRule({ abort: true })], 8080).faults.abortShare).toBe(1);
    expect(addEffects([withRule({ status: 500 })], 8080).faults.errorShare).toBe(1);
  });

  it('keeps rules for other ports and paths from the load', () => {
    const elsewhere = [withRule({ port: 9090, abort: true }), withRule({ path: '/api/*', abort: true })];
    const { faults, httpRules } = addEffects(elsewhere, 8080);
    expect(faults).toEqual(NO_FAULTS);
    expect(httpRules).toHaveLength(2);
  });

  it('adds up what clocks are ahead', () => {
    const ahead = (clockOffsetMs: number) => ({ ...NO_EFFECTS, clockOffsetMs });
    expect(addEffects([ahead(5000), ahead(-2000)], undefined).clockOffsetMs).toBe(3000);
  });
});
