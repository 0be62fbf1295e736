import { describe, expect, it } from 'vitest';
import { createEngine } from '../../rl/engine/engines';
import { createActor } from '../../rl/policy/actor';
import { createCanaryEnv } from '../../sim/canary/canaryEnv';
import { Random } from '../../sim/random';
import { learnedPace, unguardedRelease } from './learnedPace';
import { aCanaryPolicy } from './testing/canaryPolicy';

const BUSY = { scenarios: ['healthy'], requestsPerSecond: [100, 100] };

/** Minutes at the first weight, of a policy whose logits of hold, up and down are told. */
function minutesAtFirst(hold: number, up: number, make = learnedPace): number {
  const policy = aCanaryPolicy({ hold: { bias: hold }, up: { bias: up }, down: { bias: -9 } });
  const arm = make('p', createActor(policy, createEngine('wasm')));
  const env = createCanaryEnv(BUSY);
  env.reset(1);
  const step = arm.begin(env, new Random(1));
  while (env.weight === env.leastWeight && !step().terminated);
  return env.sinceStartSeconds / 60;
}

describe('a learned pace', () => {
  it('raises at once where it is sure, as the live loop does', () => {
    expect(minutesAtFirst(0, 3)).toBeLessThan(1);
  });

  it('leaves a raise that it is unsure of to the rule', () => {
    // 57 % for up; the rule stays at the first weight for four minutes.
    expect(minutesAtFirst(0, 0.3)).toBeGreaterThan(3);
    expect(minutesAtFirst(0, 0.3, unguardedRelease)).toBeLessThan(1);
  });

  it('holds where it wants to', () => {
    expect(minutesAtFirst(3, 0)).toBeGreaterThan(100);
  });
});
