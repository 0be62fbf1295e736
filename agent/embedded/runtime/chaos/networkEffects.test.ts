import { describe, expect, it } from 'vitest';
import { NO_FAULTS } from '../../../sim/podModel';
import { NetworkChaosSpec } from './experiments';
import { networkFaults } from './networkEffects';

const BASE = { selector: {}, mode: 'one' };
const network = (spec: Record<string, unknown>, callShare: number | null = null) =>
  networkFaults(NetworkChaosSpec.parse({ ...BASE, ...spec }), {
    responseBytes: 10_000,
    timeoutSeconds: 5,
    callShare,
  });
const LIMITS = { limit: 50_000, buffer: 10_000 };

describe('networkFaults', () => {
  it('delays and loses', () => {
    expect(network({ action: 'delay', delay: { latency: '300ms', jitter: '30ms' } })).toEqual({
      ...NO_FAULTS,
      delaySeconds: 0.3,
      delayJitterSeconds: 0.03,
    });
    expect(network({ action: 'loss', loss: { loss: '25' } })).toEqual({ ...NO_FAULTS, lossShare: 0.25 });
    expect(network({ action: 'corrupt', corrupt: { corrupt: '40' } }).lossShare).toBe(0.4);
    expect(network({ action: 'duplicate', duplicate: { duplicate: '40' } })).toEqual(NO_FAULTS);
    const both = { action: 'netem', delay: { latency: '1s' }, loss: { loss: '1' } };
    expect(network(both).delaySeconds).toBe(1);
    expect(network(both).lossShare).toBeCloseTo(0.01);
  });

  it('cuts a pod off', () => {
    expect(network({ action: 'partition' })).toEqual({ ...NO_FAULTS, lossShare: 1 });
  });

  it.each([
    ['200kbps', 20],
    ['1mbps', 100],
    ['1 Mbit', 12.5],
  ])('lets %s through, in responses, and queues up to the limit', (rate, linkRate) => {
    expect(network({ action: 'bandwidth', bandwidth: { rate, ...LIMITS } })).toEqual({
      ...NO_FAULTS,
      linkRate,
      linkQueue: 5,
    });
  });

  it('hits only the calls to the other end where there is one', () => {
    expect(network({ action: 'partition' }, 0.25)).toEqual({
      ...NO_FAULTS,
      slowShare: 0.25,
      slowSeconds: 10,
    });
    expect(network({ action: 'loss', loss: { loss: '50' } }, 0.5).slowShare).toBe(0.25);
    const delay = network({ action: 'delay', delay: { latency: '200ms' } }, 0.5);
    expect(delay).toEqual({ ...NO_FAULTS, slowShare: 0.5, slowSeconds: 0.2 });
    const narrow = network({ action: 'bandwidth', bandwidth: { rate: '10kbps', ...LIMITS } }, 0.5);
    expect(narrow).toEqual({ ...NO_FAULTS, slowShare: 0.5, slowSeconds: 1 });
  });

  it.each([
    [{ action: 'delay' }, 'delay: no parameters'],
    [{ action: 'netem' }, 'netem: no parameters'],
    [{ action: 'loss', loss: { loss: '120' } }, 'not a percentage'],
    [{ action: 'bandwidth', bandwidth: { rate: '5 apples', ...LIMITS } }, 'not a rate'],
  ])('refuses %j', (spec, message) => {
    expect(() => network(spec)).toThrow(message);
  });
});
