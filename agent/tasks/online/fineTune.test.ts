import { describe, expect, it } from 'vitest';
import { aHealPolicy } from '../../../test/support/healPolicy';
import { createEngine } from '../../rl/engine/engines';
import type { PolicyModel } from '../../rl/policy/policyModel';
import { Random } from '../../sim/random';
import type { Transition } from './experienceStore';
import { choicesOf, FINE_TUNE, fineTune } from './fineTune';
import { CRITIC, fitQ } from './qCritic';
import { compared, compareOnReplay, isNotWorse, split } from './replay';

const ENGINE = createEngine('wasm');
const RESTART = 1;
const SCALE_UP = 2;
const SETTINGS = { ...CRITIC, actions: 5, steps: 1500, hidden: [32] };

/** Without hidden layers there is less to learn from, and further to go. */
const TUNING = { ...FINE_TUNE, steps: 800, learningRate: 5e-3, critic: SETTINGS };

const WELL = [0.4, 0, 0, 0.5, 0.4, 0.1, 0, 0, 0.4];
const SLOW = [0.3, 0.1, 0, 0.5, 0.4, 0.9, 0, 0.1, 0.4];

/**
 * A cluster that has drifted: what the policy has learned to do about a slow pod, scaling up, helps no more, while a
 * restart does. Whoever makes the experience tries all five actions.
 */
function driftedExperience(count: number, random: Random): Transition[] {
  let state = WELL;
  return Array.from({ length: count }, (_, index) => {
    const isSlow = state === SLOW;
    const action = isSlow ? random.below(5) : random.uniform() < 0.9 ? 0 : random.below(5);
    const isSlowNext = isSlow ? action !== RESTART : random.uniform() < 0.3;
    const nextState = isSlowNext ? SLOW : WELL;
    const reward = (isSlow ? -1 : 0) - (action === 0 ? 0 : 0.05);
    const transition = {
      spec: 'heal/9',
      state,
      action,
      reward,
      nextState,
      terminated: false,
      source: 'toy',
      atMs: index,
    };
    state = nextState;
    return transition;
  });
}

/** It waits, but where latency is high it mostly scales up, and sometimes restarts. */
const OLD = aHealPolicy({
  none: { bias: 2 },
  'scale-up': { avg_latency: 3 },
  'restart-pod': { avg_latency: 2.5 },
});

function chancesIn(state: readonly number[], model: PolicyModel): number[] {
  return Array.from(choicesOf(model, ENGINE)(Float32Array.from(state), 1));
}

describe('fitted Q evaluation', () => {
  it('finds what a policy is worth, by hand', () => {
    // Always −1, and each step is followed by another: Q = −1/(1 − γ) whatever is done.
    const random = new Random(1);
    const always = Array.from(
      { length: 200 },
      (_, index): Transition => ({
        ...{ spec: 'heal/9', state: WELL, action: index % 5, reward: -1, nextState: WELL },
        ...{ terminated: false, source: 'toy', atMs: index },
      }),
    );
    const critic = fitQ(
      always,
      choicesOf(OLD, ENGINE),
      { ...SETTINGS, gamma: 0.8, steps: 3000 },
      ENGINE,
      random,
    );
    const values = Array.from(critic.values(Float32Array.from(WELL), 1));
    for (const value of values) expect(value).toBeCloseTo(-5, 1);
    critic.dispose();
  });

  it('ends with a state after which nothing comes', () => {
    const random = new Random(1);
    const once = [
      { ...driftedExperience(1, random)[0], reward: -1, terminated: true, action: 0 } as Transition,
    ];
    const critic = fitQ(once, choicesOf(OLD, ENGINE), SETTINGS, ENGINE, random);
    expect(critic.values(Float32Array.from(WELL), 1)[0]).toBeCloseTo(-1, 1);
    critic.dispose();
  });
});

describe('fine-tuning on what happens here', () => {
  const heads = [
    ['logits', OLD],
    ['Q-values', { ...OLD, head: 'q-values' as const }],
  ] as const;
  for (const [name, old] of heads) {
    it(`makes of a policy of ${name} one that does what helps since the cluster has drifted`, () => {
      const random = new Random(5);
      const { learned, heldOut } = split(driftedExperience(3000, random));
      const before = old.parameters.slice();
      const tuned = fineTune(old, learned, ENGINE, random, TUNING);
      expect(old.parameters).toEqual(before);
      const [was, is] = [chancesIn(SLOW, old), chancesIn(SLOW, tuned)];
      expect(is[RESTART] ?? 0).toBeGreaterThan((was[RESTART] ?? 0) + 0.1);
      expect(is[SCALE_UP] ?? 1).toBeLessThan(was[SCALE_UP] ?? 0);
      // Where all is well it goes on waiting.
      const well = chancesIn(WELL, tuned);
      expect(well.indexOf(Math.max(...well))).toBe(0);
      const policies = { candidate: choicesOf(tuned, ENGINE), base: choicesOf(old, ENGINE) };
      const comparison = compareOnReplay({ learned, heldOut }, policies, ENGINE, random, SETTINGS);
      expect(comparison.difference).toBeGreaterThan(0);
      expect(isNotWorse(comparison)).toBe(true);
    });
  }

  it('moves no logit further than it may', () => {
    const random = new Random(6);
    const tuned = fineTune(OLD, driftedExperience(1000, random), ENGINE, random, {
      ...TUNING,
      mostChange: 0.2,
    });
    const [was, is] = [chancesIn(SLOW, OLD), chancesIn(SLOW, tuned)];
    for (const [action, chance] of is.entries()) {
      expect(Math.abs(Math.log(chance / (was[action] ?? 0)))).toBeLessThan(0.45);
    }
  });

  it('is refused in replay where the candidate is worse: one that only waits', () => {
    const random = new Random(7);
    const parts = split(driftedExperience(3000, random));
    const idle = aHealPolicy({ none: { bias: 20 } });
    const restarts = aHealPolicy({ 'restart-pod': { avg_latency: 20 }, none: { bias: 9 } });
    const policies = { candidate: choicesOf(idle, ENGINE), base: choicesOf(restarts, ENGINE) };
    const comparison = compareOnReplay(parts, policies, ENGINE, random, SETTINGS);
    expect(comparison.high).toBeLessThan(0);
    expect(isNotWorse(comparison)).toBe(false);
  });

  it('needs experience, and a policy of discrete actions', () => {
    const random = new Random(1);
    expect(() => fineTune(OLD, [], ENGINE, random)).toThrow(RangeError);
    const box = { ...OLD, actionSpace: { kind: 'box', fields: [] } } as const;
    expect(() => fineTune(box, driftedExperience(9, random), ENGINE, random)).toThrow(/discrete/);
  });
});

describe('a comparison', () => {
  it('is pair by pair, so that what both have in common does not count', () => {
    const random = new Random(2);
    const steering = Array.from({ length: 100 }, (_, index) => -10 * index);
    const same = compared(steering, steering, random);
    expect([same.difference, same.low, same.high]).toEqual([0, 0, 0]);
    const better = compared(
      steering.map((value) => value + 5),
      steering,
      random,
    );
    expect(better.low).toBeCloseTo(5, 9);
    expect(isNotWorse(better)).toBe(true);
  });

  it('holds out a fifth, in blocks', () => {
    const transitions = driftedExperience(1000, new Random(3));
    const { learned, heldOut } = split(transitions);
    expect([learned.length, heldOut.length]).toEqual([800, 200]);
    expect(heldOut.slice(0, 10).map(({ atMs }) => atMs)).toEqual([40, 41, 42, 43, 44, 45, 46, 47, 48, 49]);
  });
});
