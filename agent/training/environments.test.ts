import { describe, expect, it } from 'vitest';
import { checkEnv } from '../rl/env/checkEnv';
import { createEnv, ENV_NAMES } from './environments';

describe('the envs by name', () => {
  it.each(ENV_NAMES)('%s keeps the contract of an env', (name) => {
    expect(checkEnv(createEnv({ name, options: {} }))).toEqual([]);
  });

  it('give a new env each time', () => {
    const spec = { name: 'cartpole', options: {} };
    expect(createEnv(spec).observation).not.toBe(createEnv(spec).observation);
  });

  const refused: [string, { name: string; options: Record<string, unknown> }, RegExp, RegExp][] = [
    ['an unknown name', { name: 'pong', options: {} }, /no env "pong"/, /cartpole, acrobot/],
    [
      'an unknown option',
      { name: 'cartpole', options: { gravity: 1 } },
      /cartpole: unknown key "gravity"/,
      /options: none/,
    ],
  ];
  it.each(refused)('refuse %s, with what there is', (_, spec, message, remedy) => {
    expect(() => createEnv(spec)).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        message: expect.stringMatching(message),
        remedy: expect.stringMatching(remedy),
      }),
    );
  });
});
