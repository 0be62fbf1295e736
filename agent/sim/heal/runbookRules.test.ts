import { describe, expect, it } from 'vitest';
import { runBaseline } from '../baseline';
import { RESTART_POD } from './actions';
import { runbook } from './baselines/runbook';
import { DEFAULT_RUNBOOK, RunbookRules, type RunbookSettings } from './runbookRules';
import { calmEnv } from './testing/builders';
import { TUNED_RUNBOOKS } from './tunedRunbooks';

const EPISODES = 12;

/** Mean of a number of the env's info over a few episodes with a fault that lasts. */
function meanOf(fault: Parameters<typeof calmEnv>[0], settings: Partial<RunbookSettings>, name: string) {
  const env = calmEnv(fault);
  const rule = runbook('tried', () => ({ ...TUNED_RUNBOOKS.events, ...settings }));
  const values = Array.from({ length: EPISODES }, (_, seed) => runBaseline(env, rule, seed + 1)[name] ?? 0);
  return values.reduce((sum, value) => sum + value, 0) / EPISODES;
}

describe('the rules of the runbook', () => {
  it('stop replacing pods that crash once the new ones do too, and go on with those that do not', () => {
    const patient = { maxIneffective: 99 };
    const stops = meanOf('bad-config', { ...patient, futileCrashes: 1.5 }, 'actions');
    const goesOn = meanOf('bad-config', { ...patient, futileCrashes: Number.POSITIVE_INFINITY }, 'actions');
    expect(stops).toBeLessThan(4);
    expect(goesOn).toBeGreaterThan(2 * stops);
    expect(meanOf('pod-crash', patient, 'recovered')).toBe(1);
  });

  it('give up after actions without effect', () => {
    const hopeless = { futileCrashes: Number.POSITIVE_INFINITY };
    const soon = meanOf('bad-config', { ...hopeless, maxIneffective: 1 }, 'actions');
    expect(soon).toBeLessThan(meanOf('bad-config', { ...hopeless, maxIneffective: 5 }, 'actions'));
  });

  it('wait for a symptom to last as long as they are told', () => {
    const help = (confirmSeconds: number) => meanOf('hung', { confirmSeconds }, 'helpSeconds');
    expect(help(30) - help(0)).toBeGreaterThan(10);
  });

  it('leave alone what most pods suffer from', () => {
    expect(meanOf('dependency', {}, 'actions')).toBe(0);
    expect(meanOf(null, {}, 'actions')).toBe(0);
  });

  it('advise nothing within a minute of an action, whoever took it', () => {
    const env = calmEnv('hung');
    for (let seed = 1; seed <= 5; seed++) {
      const rules = new RunbookRules(DEFAULT_RUNBOOK);
      env.reset(seed);
      let advice = 0;
      for (let look = 0; look < 60 && advice === 0; look++) {
        env.step(0);
        advice = rules.look(env.view, env.memory);
      }
      expect(advice).toBe(RESTART_POD);
      env.step(advice);
      rules.acted(advice, env.view);
      expect(rules.look(env.view, env.memory)).toBe(0);
    }
  });
});
