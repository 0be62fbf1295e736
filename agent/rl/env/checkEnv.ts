import { Random } from '../../sim/random';
import { type ActionSpace, actionSize, type Env, type EnvAction, type Field } from './env';
import { randomAction, randomNumber } from './randomAction';

const EPISODES = 3;
/** Of each episode; more would only be more of the same. */
const MOST_STEPS = 1000;

/**
 * What is wrong with an env, in words; empty when it keeps its contract. After Gymnasium's `check_env`: spaces, ranges
 * and finite numbers, determinism by seed, episodes independent of those before, actions out of range rejected.
 */
export function checkEnv(env: Env): string[] {
  const problems = new Set(checkSpaces(env));
  if (problems.size > 0) return [...problems];
  const add = (problem: string) => problems.add(problem);
  for (let seed = 0; seed < EPISODES; seed++) checkEpisode(env, seed, add);
  if (problems.size > 0) return [...problems];
  attempt('an episode', add, () => checkDeterminism(env, add));
  checkRejection(env, add);
  return [...problems];
}

function checkSpaces({ observation, observationSpace, actionSpace, spec }: Env): string[] {
  const fields = observationSpace.fields;
  const problems: string[] = [];
  if (spec === '') problems.push('spec is empty');
  if (fields.length === 0) problems.push('the observation has no fields');
  if (observation.length !== fields.length) {
    problems.push(`the observation has ${observation.length} numbers for ${fields.length} fields`);
  }
  problems.push(...checkFields('observation', fields));
  if (actionSpace.kind === 'box') problems.push(...checkFields('action', actionSpace.fields));
  if (actionSize(actionSpace) === 0) problems.push('the action has no fields');
  if (actionSpace.kind === 'discrete' && actionSpace.labels.length < 2) {
    problems.push('there are fewer than two actions to choose from');
  }
  return problems;
}

function checkFields(what: string, fields: readonly Field[]): string[] {
  const names = new Set(fields.map(({ name }) => name));
  const problems = names.size < fields.length ? [`two fields of the ${what} have the same name`] : [];
  for (const { name, unit, min, max } of fields) {
    if (name === '' || unit === '') problems.push(`field "${name}" of the ${what} lacks name or unit`);
    if (!(min < max)) problems.push(`field "${name}" of the ${what} ranges from ${min} to ${max}`);
  }
  return problems;
}

type Add = (problem: string) => void;

/** Plays an episode by random actions. */
function checkEpisode(env: Env, seed: number, add: Add): void {
  const random = new Random(seed);
  const { observation } = env;
  attempt('reset', add, () => env.reset(seed));
  checkObservation(env, add);
  for (let step = 0; step < MOST_STEPS; step++) {
    const action = randomAction(env.actionSpace, random);
    const result = attempt('step', add, () => env.step(action));
    if (result === null) return;
    if (!Number.isFinite(result.reward)) add(`a reward is ${result.reward}`);
    if (typeof result.terminated !== 'boolean' || typeof result.truncated !== 'boolean') {
      add('terminated and truncated are not both true or false');
    }
    checkObservation(env, add);
    if (result.terminated || result.truncated) break;
  }
  if (env.observation !== observation) add('the observation moves to another array');
  checkInfo(env, add);
}

function checkObservation({ observation, observationSpace }: Env, add: Add): void {
  for (const [index, { name, min, max }] of observationSpace.fields.entries()) {
    const value = observation[index] as number;
    if (!Number.isFinite(value)) add(`observation "${name}" is ${value}`);
    else if (value < Math.fround(min) || value > Math.fround(max)) {
      add(`observation "${name}" leaves its range from ${min} to ${max}`);
    }
  }
}

function checkInfo(env: Env, add: Add): void {
  const info = attempt('info', add, () => env.info());
  for (const [name, value] of Object.entries(info ?? {})) {
    if (!Number.isFinite(value)) add(`info "${name}" is ${value}`);
  }
}

/** The same seed and actions: the same bits, whatever was played in between. Another seed: another episode. */
function checkDeterminism(env: Env, add: Add): void {
  const first = trace(env, 7, MOST_STEPS);
  if (!equal(first, trace(env, 7, MOST_STEPS))) {
    add('the same seed and actions give another episode');
    return;
  }
  trace(env, 8, 3);
  if (!equal(first, trace(env, 7, MOST_STEPS))) add('an episode depends on what was played before it');
  if (equal(first, trace(env, 9, MOST_STEPS, 7))) add('another seed gives the same episode');
}

/** All numbers that an episode shows. */
function trace(env: Env, seed: number, steps: number, actionSeed = seed): number[] {
  const random = new Random(actionSeed);
  env.reset(seed);
  const numbers = [...env.observation];
  for (let step = 0; step < steps; step++) {
    const { reward, terminated, truncated } = env.step(randomAction(env.actionSpace, random));
    numbers.push(...env.observation, reward, Number(terminated), Number(truncated));
    if (terminated || truncated) break;
  }
  return numbers;
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]));
}

function checkRejection(env: Env, add: Add): void {
  for (const [text, action] of impossibleActions(env.actionSpace)) {
    env.reset(0);
    try {
      env.step(action);
      add(`${text} is not rejected`);
    } catch (error) {
      if (!(error instanceof RangeError)) add(`${text} is rejected by ${error}, not by a RangeError`);
    }
  }
}

function impossibleActions(space: ActionSpace): [string, EnvAction][] {
  if (space.kind === 'discrete') {
    const count = space.labels.length;
    return [count, -1, 0.5, Number.NaN].map((action) => [`action ${action}`, action]);
  }
  const middle = space.fields.map((field) => randomNumber(field, new Random(0)));
  const actions: [string, EnvAction][] = [
    ['an action with a number too many', Float32Array.from([...middle, 0])],
    ['an action that is NaN', Float32Array.from(middle, () => Number.NaN)],
  ];
  for (const [index, { name, max }] of space.fields.entries()) {
    if (Number.isFinite(max)) {
      actions.push([
        `an action with "${name}" above its maximum`,
        Float32Array.from(middle.with(index, max + 1)),
      ]);
    }
  }
  return actions;
}

/** Null, and a problem, where it throws. */
function attempt<T>(what: string, add: Add, run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    add(`${what} fails: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}
