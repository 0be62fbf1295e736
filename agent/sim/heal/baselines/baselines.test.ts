import { describe, expect, it } from 'vitest';
import { type Baseline, randomActions, runBaseline } from '../../baseline';
import { createHealEnv, type HealEnv } from '../healEnv';
import { oracle } from './oracle';
import { defaultRunbook, tunedRunbook } from './runbook';
import { alwaysRestart, doNothing } from './simple';

const EPISODES = 150;

function averages(baseline: Baseline<HealEnv>, options: Record<string, unknown> = {}) {
  const env = createHealEnv({ spec: 'heal/9', ...options });
  const infos = Array.from({ length: EPISODES }, (_, seed) => runBaseline(env, baseline, 1000 + seed));
  const mean = (name: string) => {
    const values = infos.flatMap((info) => info[name] ?? []);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return { mean, infos };
}

describe('the baselines of healing', () => {
  const nothing = averages(doNothing());
  const tuned = averages(tunedRunbook());

  it('stand in the order that the research found', () => {
    const value = (baseline: Baseline<HealEnv>) => averages(baseline).mean('return');
    const ofNothing = nothing.mean('return');
    const ofTuned = tuned.mean('return');
    const ofOracle = value(oracle());
    expect(value(randomActions())).toBeLessThan(ofNothing);
    expect(value(alwaysRestart())).toBeLessThan(ofTuned);
    expect(value(defaultRunbook())).toBeLessThan(ofTuned);
    expect(ofTuned).toBeGreaterThan(ofNothing);
    expect(ofOracle).toBeGreaterThan(ofTuned);
    expect(value(oracle(60))).toBeLessThan(ofOracle);
  });

  it('recover sooner with the runbook, at nearly equal replica-hours', () => {
    expect(tuned.mean('mttrSeconds')).toBeLessThan(0.75 * nothing.mean('mttrSeconds'));
    expect(tuned.mean('replicaHoursRatio')).toBeLessThan(1.03);
  });

  it('leave a failing dependency and a healthy workload alone with the runbook', () => {
    const dependency = averages(tunedRunbook(), { faults: ['dependency'], noFaultShare: 0.5 });
    const acted = dependency.infos.filter(({ actions = 0 }) => actions > 0).length;
    expect(acted / EPISODES).toBeLessThan(0.1);
  });

  it('never harm with the oracle, and cannot be helped against what only time heals', () => {
    const options = { faults: ['bad-config', 'dependency', 'pod-kill'], noFaultShare: 0 };
    const known = averages(oracle(), options);
    expect(known.mean('harmfulActions')).toBe(0);
    const alone = averages(doNothing(), options);
    expect(known.mean('violatedShare')).toBeGreaterThan(0.9 * alone.mean('violatedShare'));
  });
});
