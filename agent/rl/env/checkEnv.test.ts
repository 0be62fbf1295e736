import { describe, expect, it } from 'vitest';
import { checkEnv } from './checkEnv';
import type { EnvAction } from './env';
import { surveyEnv } from './surveyEnv';
import { WalkEnv } from './testing/walkEnv';

/** A walk of which something is changed. */
function walk(change: (env: WalkEnv) => void, kind: 'discrete' | 'box' = 'discrete'): WalkEnv {
  const env = new WalkEnv(kind);
  change(env);
  return env;
}

/** Does something more after each step. */
function afterStep(env: WalkEnv, more: () => void): void {
  const step = env.step.bind(env);
  env.step = (action) => {
    const result = step(action);
    more();
    return result;
  };
}

describe('the check of an env', () => {
  it.each(['discrete', 'box'] as const)('finds nothing wrong with a sound env with %s actions', (kind) => {
    expect(checkEnv(new WalkEnv(kind))).toEqual([]);
  });

  const faults: [string, WalkEnv][] = [
    [
      'the observation has 2 numbers for 3 fields',
      walk((env) => {
        const [field] = env.observationSpace.fields;
        if (field)
          Object.assign(env.observationSpace, {
            fields: [field, { ...field, name: 'x' }, { ...field, name: 'y' }],
          });
      }),
    ],
    [
      'two fields of the observation have the same name',
      walk((env) => Object.assign(env.observationSpace.fields[1] ?? {}, { name: 'position' })),
    ],
    [
      'field "time" of the observation lacks name or unit',
      walk((env) => Object.assign(env.observationSpace.fields[1] ?? {}, { unit: '' })),
    ],
    [
      'field "time" of the observation ranges from 20 to 20',
      walk((env) => Object.assign(env.observationSpace.fields[1] ?? {}, { min: 20 })),
    ],
    [
      'there are fewer than two actions to choose from',
      walk((env) => Object.assign(env.actionSpace, { labels: ['stay'] })),
    ],
    [
      'observation "time" leaves its range from 0 to 3',
      walk((env) => Object.assign(env.observationSpace.fields[1] ?? {}, { max: 3 })),
    ],
    [
      'observation "position" is NaN',
      walk((env) => afterStep(env, () => env.observation.fill(Number.NaN, 0, 1))),
    ],
    [
      'a reward is Infinity',
      walk((env) =>
        afterStep(env, () => {
          env.result.reward = Infinity;
        }),
      ),
    ],
    [
      'terminated and truncated are not both true or false',
      walk((env) => afterStep(env, () => Object.assign(env.result, { terminated: 0 }))),
    ],
    ['info "cost" is NaN', walk((env) => Object.assign(env, { info: () => ({ cost: Number.NaN }) }))],
    [
      'step fails: out of pods',
      walk((env) =>
        afterStep(env, () => {
          throw new Error('out of pods');
        }),
      ),
    ],
    [
      'the observation moves to another array',
      walk((env) => afterStep(env, () => Object.assign(env, { observation: env.observation.slice() }))),
    ],
    [
      'the same seed and actions give another episode',
      walk((env) => {
        const reset = env.reset.bind(env);
        let calls = 0;
        env.reset = (seed) => reset(seed + calls++);
      }),
    ],
    [
      'an episode depends on what was played before it',
      walk((env) => {
        const reset = env.reset.bind(env);
        let last = 7;
        env.reset = (seed) => {
          reset(last === 8 ? seed + 1 : seed);
          last = seed;
        };
      }),
    ],
    [
      'another seed gives the same episode',
      walk((env) => {
        const reset = env.reset.bind(env);
        env.reset = () => reset(1);
      }),
    ],
    ['action 3 is not rejected', walk((env) => swallow(env, 1))],
    [
      'an action with "brake" above its maximum is not rejected',
      walk((env) => swallow(env, Float32Array.of(0, 0)), 'box'),
    ],
  ];
  it.each(faults)('says: %s', (problem, env) => {
    expect(checkEnv(env)).toContain(problem);
  });
});

/** Takes another action for one that is impossible. */
function swallow(env: WalkEnv, other: EnvAction): void {
  const step = env.step.bind(env);
  env.step = (action) => {
    try {
      return step(action);
    } catch {
      return step(other);
    }
  };
}

describe('a survey of an env', () => {
  const survey = surveyEnv(new WalkEnv('box'), { episodes: 50, seed: 3 });

  it('tells what was seen', () => {
    const [position, time] = survey.observation;
    expect(survey.episodes).toBe(50);
    expect(survey.steps).toBe(Math.round(50 * survey.length.mean));
    expect(survey.terminated).toBeGreaterThan(0);
    expect(time).toMatchObject({ min: 0, max: survey.length.max });
    expect(position?.min).toBeLessThan(-2);
    expect(position?.max).toBeGreaterThan(2);
    expect(survey.reward.max).toBeLessThanOrEqual(1);
    expect(survey.return.mean).toBeCloseTo(survey.reward.mean * survey.length.mean, 9);
  });

  it('is the same for the same seed', () => {
    expect(surveyEnv(new WalkEnv('box'), { episodes: 50, seed: 3 })).toEqual(survey);
  });
});
