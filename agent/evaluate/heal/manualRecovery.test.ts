import { describe, expect, it } from 'vitest';
import { DO_NOTHING } from '../../sim/heal/actions';
import { calmEnv } from '../../sim/heal/testing/builders';
import { describeManual, MANUAL_RECOVERY, type ManualRecovery, manualRecovery } from './manualRecovery';

const PROMPT: ManualRecovery = { alertSeconds: 60, reactionSeconds: 120, reactionSpread: 0 };
const ONSET_SECONDS = 60;

/** Of the first action, from the fault's onset; null without one. */
function firstActionSeconds(settings: ManualRecovery, seed = 7): number | null {
  const env = calmEnv('delay');
  const person = manualRecovery(settings);
  env.reset(seed);
  person.reset(seed);
  for (;;) {
    const action = person.decide(env);
    if (action !== DO_NOTHING) return env.view.now - ONSET_SECONDS;
    if (env.step(action).truncated) return null;
  }
}

describe('manual recovery', () => {
  it('begins after alert and reaction, with the right action', () => {
    const seconds = firstActionSeconds(PROMPT);
    // A minute of looking unhealthy and two of coming; to be seen takes a few scrapes.
    expect(seconds).toBeGreaterThanOrEqual(180);
    expect(seconds).toBeLessThan(240);
  });

  it('recovers the workload, with actions that help', () => {
    const env = calmEnv('delay');
    const person = manualRecovery(PROMPT);
    env.reset(7);
    person.reset(7);
    while (!env.step(person.decide(env)).truncated);
    const { recovered, mttrSeconds = 0, harmfulActions, unneededActions, actions = 0 } = env.info();
    expect({ recovered, harmfulActions, unneededActions }).toEqual({
      recovered: 1,
      harmfulActions: 0,
      unneededActions: 0,
    });
    expect(actions).toBeGreaterThan(0);
    expect(mttrSeconds).toBeGreaterThan(180);
  });

  it('never begins where nothing looks wrong', () => {
    const env = calmEnv(null);
    const person = manualRecovery({ ...PROMPT, alertSeconds: 0, reactionSeconds: 0 });
    env.reset(7);
    person.reset(7);
    while (!env.step(person.decide(env)).truncated);
    expect(env.info().actions).toBe(0);
  });

  it('takes a lognormal time with the stated median, the same for the same seed', () => {
    const settings = { ...PROMPT, alertSeconds: 0, reactionSpread: 0.5 };
    const times = Array.from({ length: 99 }, (_, seed) => firstActionSeconds(settings, seed) ?? 1000).sort(
      (a, b) => a - b,
    );
    // Looks are 5 s apart, and to be seen takes some more.
    expect(times[49]).toBeGreaterThan(100);
    expect(times[49]).toBeLessThan(170);
    expect(times[94]).toBeGreaterThan(2 * 120);
    expect(firstActionSeconds(settings, 3)).toBe(firstActionSeconds(settings, 3));
  });

  it('is described by its numbers', () => {
    expect(describeManual(MANUAL_RECOVERY)).toBe(
      'an alert after 60 s, then a reaction of 300 s in the median (lognormal, σ 0.5), then the right action at once',
    );
  });
});
