import { describe, expect, it } from 'vitest';
import { type Baseline, randomActions, runBaseline } from '../../baseline';
import { type CanaryEnv, createCanaryEnv } from '../canaryEnv';
import { alwaysHold, evidenceRule, FLAGGER_TUNED, fixedSteps, flagger } from './rules';

const EPISODES = 300;

function averages(baseline: Baseline<CanaryEnv>, options: Record<string, unknown> = {}) {
  const env = createCanaryEnv(options);
  const infos = Array.from({ length: EPISODES }, (_, seed) => runBaseline(env, baseline, 2000 + seed));
  return (name: string) => infos.reduce((sum, info) => sum + (info[name] ?? 0), 0) / EPISODES;
}

describe('the baselines of a release', () => {
  it('stand in the order that the research found', () => {
    const objective = (baseline: Baseline<CanaryEnv>) => averages(baseline)('objective');
    const byEvidence = objective(evidenceRule());
    for (const baseline of [
      alwaysHold(),
      randomActions(),
      fixedSteps(4),
      flagger(),
      flagger('tuned', FLAGGER_TUNED),
    ]) {
      expect(objective(baseline)).toBeLessThan(byEvidence);
    }
  });

  it('cannot win by rolling everything back', () => {
    const rollBack: Baseline<CanaryEnv> = { name: 'roll back', reset: () => undefined, decide: () => 2 };
    expect(averages(rollBack)('return')).toBeLessThan(averages(evidenceRule())('return'));
  });

  it('promote everything after fixed steps, and nothing while holding', () => {
    expect(averages(fixedSteps(4))('promoted')).toBe(1);
    expect(averages(alwaysHold())('undecided')).toBe(1);
  });

  it('raise the weight after as many decisions as they say', () => {
    const minutes = averages(fixedSteps(4), { scenarios: ['healthy'] })('minutesToVerdict');
    // Nine steps from 10 % to 100 %, four decisions of half a minute each.
    expect(minutes).toBe((9 * 4) / 2);
  });

  it('never promote without traffic where they ask for requests', () => {
    for (const baseline of [flagger(), evidenceRule()]) {
      expect(averages(baseline, { scenarios: ['no-traffic'] })('promoted')).toBe(0);
    }
  });

  it('find harm that is there from the beginning by evidence, and promote what is healthy', () => {
    const busy = { requestsPerSecond: [20, 200] };
    expect(averages(evidenceRule(), { ...busy, scenarios: ['buggy'] })('rolledBack')).toBeGreaterThan(0.97);
    expect(averages(evidenceRule(), { ...busy, scenarios: ['healthy'] })('falseRollback')).toBeLessThan(0.15);
  });
});
