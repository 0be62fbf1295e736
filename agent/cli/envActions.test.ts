import { describe, expect, it } from 'vitest';
import { WalkEnv } from '../rl/env/testing/walkEnv';
import { describeCheck } from './envActions';

const OPTIONS = { episodes: 5, seed: 1 };

describe('coxswain env check', () => {
  it('shows what random actions met in a sound env', () => {
    const { text, sound } = describeCheck(new WalkEnv('box'), OPTIONS);
    expect(sound).toBe(true);
    expect(text).toMatch(
      /^walk\/2: 5 episodes of random actions, \d+ steps; \d terminated, \d were cut off$/m,
    );
    expect(text).toContain('actions: push -1 to 1 m, brake 0 to 1 share');
    expect(text).toMatch(/^position +m +-∞ to ∞ +-[\d.]+ +-?[\d.]+ +[\d.]+$/m);
    expect(text).toMatch(/^return( +-?[\d.]+){3}$/m);
  });

  it('says what is wrong with any other', () => {
    const env = new WalkEnv('discrete');
    env.reset = () => env.observation.fill(Number.NaN);
    const { text, sound } = describeCheck(env, OPTIONS);
    expect(sound).toBe(false);
    expect(text).toContain('problem: observation "position" is NaN');
    expect(text).not.toContain('episodes');
  });
});
