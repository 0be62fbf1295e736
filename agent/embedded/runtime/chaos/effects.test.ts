import { describe, expect, it } from 'vitest';
import { DEFAULT_POD_MODEL, NO_FAULTS } from '../../../sim/podModel';
import { addFaults, networkFaults, stressFaults } from './effects';
import { NetworkChaosSpec, StressChaosSpec } from './experiments';

const MIB = 2 ** 20;
const MODEL = { ...DEFAULT_POD_MODEL, cpuLimitCores: 0.5, memoryLimitBytes: 200 * MIB };
const BASE = { selector: {}, mode: 'one' };

const stress = (stressors: Record<string, unknown>, model = MODEL) =>
  stressFaults(StressChaosSpec.parse({ ...BASE, stressors }), model);
const network = (spec: Record<string, unknown>) =>
  networkFaults(NetworkChaosSpec.parse({ ...BASE, ...spec }));

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

describe('networkFaults', () => {
  it('delays and loses', () => {
    expect(network({ action: 'delay', delay: { latency: '300ms', jitter: '30ms' } })).toEqual({
      ...NO_FAULTS,
      delaySeconds: 0.3,
      delayJitterSeconds: 0.03,
    });
    expect(network({ action: 'loss', loss: { loss: '25' } })).toEqual({ ...NO_FAULTS, lossShare: 0.25 });
    const both = { action: 'netem', delay: { latency: '1s' }, loss: { loss: '1' } };
    expect(network(both)).toMatchObject({ delaySeconds: 1, lossShare: 0.01 });
  });

  it('refuses what it cannot do', () => {
    expect(() => network({ action: 'partition' })).toThrow('no network action partition');
    expect(() => network({ action: 'delay' })).toThrow('no parameters');
    expect(() => network({ action: 'loss', loss: { loss: '120' } })).toThrow('not a percentage');
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
});
