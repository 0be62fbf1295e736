import { describe, expect, it } from 'vitest';
import { createHealEnv } from '../../sim/heal/healEnv';
import { EpisodeRecord, remedyOf, toRecord } from './episodeRecord';

const INFO = {
  fault: 0,
  violatedShare: 0.25,
  actions: 2,
  unneededActions: 1,
  harmfulActions: 1,
  harmfulUnreverted: 1,
  replicaHoursRatio: 1.1,
};

describe('the record of an episode', () => {
  it('knows nothing of recovery where there was no fault', () => {
    expect(toRecord(5, INFO)).toEqual({
      seed: 5,
      fault: null,
      remedy: 'none',
      detectedSeconds: null,
      helpedSeconds: null,
      recoverySeconds: null,
      recovered: null,
      violatedShare: 0.25,
      actions: 2,
      unneededActions: 1,
      harmfulActions: 1,
      harmfulUnreverted: 1,
      replicaHours: 1.1,
    });
  });

  it('has times from the onset where there was one', () => {
    const info = { ...INFO, fault: 1, mttrSeconds: 80, recovered: 0, detectSeconds: 5, helpSeconds: 20 };
    expect(toRecord(5, info)).toMatchObject({
      fault: 'pod-crash',
      remedy: 'agent',
      detectedSeconds: 5,
      helpedSeconds: 20,
      recoverySeconds: 80,
      recovered: false,
    });
  });

  it('is what the env tells, of every kind of episode', () => {
    const env = createHealEnv();
    for (let seed = 0; seed < 30; seed++) {
      env.reset(seed);
      while (!env.step(seed % 5).truncated);
      const record = toRecord(seed, env.info());
      expect(EpisodeRecord.safeParse(record).error).toBeUndefined();
      expect(record.recovered === null).toBe(record.fault === null);
    }
  });

  it('is not made of numbers that are missing', () => {
    const { harmfulUnreverted: _, ...rest } = INFO;
    expect(() => toRecord(5, rest)).toThrow('tells no harmfulUnreverted');
  });

  it('calls a surge fixable, and a bad configuration, a deleted pod and a dependency a matter of time', () => {
    expect(remedyOf('load-surge')).toBe('agent');
    expect((['bad-config', 'pod-kill', 'dependency'] as const).map(remedyOf)).toEqual([
      'time',
      'time',
      'time',
    ]);
  });
});
