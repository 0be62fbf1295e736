import { policyArm } from '../evaluate/arm';
import { heldOutSeeds } from '../evaluate/evaluation';
import { CoxswainError, type TaskName } from '../protocol';
import { createEngine } from '../rl/engine/engines';
import type { Env } from '../rl/env/env';
import { type BatchFunction, MOST_SHAPLEY_INPUTS, shapleyValues } from '../rl/explain/shapley';
import { type Actor, createActor } from '../rl/policy/actor';
import { checkContract } from '../rl/policy/contract';
import { Random } from '../sim/random';
import { createEnv } from '../training/environments';
import { formatFixed, formatNumber, formatPercent } from './numbers';
import { openModel, openStore } from './openModel';
import { formatTable, print } from './output';
import type { ProgramContext } from './programContext';

export interface ExplainOptions {
  stateDir: string;
  task: TaskName;
  model?: string;
  observation?: number[];
  episode: number;
  step: number;
}

const BACKGROUND_ROWS = 32;
const BACKGROUND_EPISODES = 8;

/** What a policy sees, what it makes of it, and what each number contributes to the action it takes. */
export async function explain(
  { stateDir, task, model, ...options }: ExplainOptions,
  context: ProgramContext,
): Promise<void> {
  const { policy, name } = openModel(openStore(stateDir, context), task, model);
  const actor = createActor(policy, createEngine('wasm'));
  const env = createEnv(policy.provenance.env);
  checkContract(policy, env, name);
  const moment = options.observation ? null : momentAt(env, actor, options.episode, options.step);
  const observation = options.observation ?? moment?.observation ?? [];
  const { fields } = policy.observationSpace;
  if (observation.length !== fields.length) {
    throw new CoxswainError(
      'usage',
      `--observation has ${observation.length} numbers, ${policy.spec} has ${fields.length}.`,
      `Give, with commas between: ${fields.map((field) => field.name).join(', ')}.`,
    );
  }
  if (moment) print(`Step ${moment.step} of the episode of seed ${options.episode}, as it plays it:`);
  const { action, confidence, probabilities, values } = actor.decide(observation);
  const { actionSpace } = policy;
  if (actionSpace.kind === 'box' || typeof action !== 'number') {
    const fields = actionSpace.kind === 'box' ? actionSpace.fields : [];
    const answers = fields.map((field, index) => `${field.name} ${formatFixed(values[index] ?? 0, 3)}`);
    print(`${name} answers ${answers.join(', ')}`);
    return;
  }
  print(
    `${name} (${policy.spec}) chooses ${actionSpace.labels[action]} with a confidence of ${formatPercent(confidence, 1)}.\n`,
  );
  const valueName = policy.head === 'q-values' ? 'Q-VALUE' : 'LOGIT';
  const rows = actionSpace.labels.map((label, index) => [
    label,
    formatFixed(values[index] ?? 0, 3),
    formatPercent(probabilities[index] ?? 0, 1),
  ]);
  print(formatTable(['ACTION', valueName, 'PROBABILITY'], rows));
  print(`\n${contributions(actor, env, observation, action)}`);
}

/** Exact Shapley values, or why there are none. */
function contributions(actor: Actor, env: Env, observation: ArrayLike<number>, action: number): string {
  const { fields } = actor.model.observationSpace;
  const seen = formatTable(
    ['INPUT', 'VALUE', 'UNIT'],
    fields.map(({ name, unit }, index) => [name, formatNumber(observation[index]), unit]),
  );
  if (fields.length > MOST_SHAPLEY_INPUTS) {
    return `${seen}\n\nThere are exact Shapley values for up to ${MOST_SHAPLEY_INPUTS} inputs; this policy has ${fields.length}.`;
  }
  const { base, values } = shapleyValues(advantageOf(actor, action), observation, background(env, actor));
  const order = values
    .map((_, index) => index)
    .sort((a, b) => Math.abs(values[b] ?? 0) - Math.abs(values[a] ?? 0));
  const rows = order.map((index) => [
    fields[index]?.name ?? '',
    formatNumber(observation[index]),
    signed(values[index] ?? 0),
    bar(values[index] ?? 0, Math.max(...values.map(Math.abs))),
  ]);
  const total = base + values.reduce((sum, value) => sum + value, 0);
  return [
    formatTable(['INPUT', 'VALUE', 'CONTRIBUTION', ''], rows),
    '',
    `Shapley values of the action's lead over the mean of all actions: ${signed(base)} on ${BACKGROUND_ROWS} typical`,
    `observations, ${signed(total)} here.`,
  ].join('\n');
}

/** By how much an action's value is above the mean of all actions. */
function advantageOf(actor: Actor, action: number): BatchFunction {
  return (rows, count) => {
    const outputs = actor.evaluate(rows, count);
    const actions = outputs.length / count;
    return Float32Array.from({ length: count }, (_, row) => {
      const own = outputs.subarray(row * actions, (row + 1) * actions);
      return (own[action] as number) - own.reduce((sum, value) => sum + value, 0) / actions;
    });
  };
}

/** Observations from episodes that the policy plays. */
function background(env: Env, actor: Actor): Float32Array[] {
  const seen: Float32Array[] = [];
  for (const seed of heldOutSeeds(BACKGROUND_EPISODES)) {
    play(env, actor, seed, () => {
      seen.push(Float32Array.from(env.observation));
      return true;
    });
  }
  const random = new Random(1);
  return Array.from({ length: BACKGROUND_ROWS }, () => seen[random.below(seen.length)] as Float32Array);
}

/** What it sees at a step of an episode, or at the last step where the episode ends before. */
function momentAt(env: Env, actor: Actor, seed: number, step: number) {
  let observation: number[] = [];
  let reached = -1;
  play(env, actor, seed, () => {
    observation = [...env.observation];
    return ++reached < step;
  });
  return { observation, step: reached };
}

/** @param look before each step; false ends it */
function play(env: Env, actor: Actor, seed: number, look: () => boolean): void {
  env.reset(seed);
  const step = policyArm('policy', actor).begin(env, new Random(seed));
  while (look()) {
    const { terminated, truncated } = step();
    if (terminated || truncated) return;
  }
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

/** To the left of the middle for what speaks against. */
function bar(value: number, most: number): string {
  const length = most > 0 ? Math.round((10 * Math.abs(value)) / most) : 0;
  return value < 0 ? `${'▇'.repeat(length).padStart(10)}│` : `${' '.repeat(10)}│${'▇'.repeat(length)}`;
}
