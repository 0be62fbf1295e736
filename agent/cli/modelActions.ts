import { resolve } from 'node:path';
import { version as codeVersion } from '../../package.json';
import { policyArm } from '../evaluate/arm';
import { evaluateArms, heldOutSeeds } from '../evaluate/evaluation';
import { formatCount, formatTime, type ModelVersion, type TaskName } from '../protocol';
import { createEngine } from '../rl/engine/engines';
import type { ActionSpace } from '../rl/env/env';
import { type Actor, createActor } from '../rl/policy/actor';
import { checkContract } from '../rl/policy/contract';
import type { ImportOptions } from '../rl/policy/onnx/foreignPolicy';
import type { EvaluationSummary, PolicyModel } from '../rl/policy/policyModel';
import { createEnv } from '../training/environments';
import { importPolicyFile } from '../training/policyFile';
import { TASK_PRESETS } from '../training/taskPresets';
import { orNothing } from './cancelled';
import { interval } from './comparison';
import { formatFixed, formatNumber, formatPercent } from './numbers';
import { expectTask, openModel, openStore } from './openModel';
import { formatTable, print } from './output';
import { printProgress } from './progress';

export interface ModelOptions {
  stateDir: string;
}

export function listModels(task: TaskName | undefined, options: ModelOptions & { output?: 'json' }): void {
  const models = openStore(options.stateDir).list(task);
  if (options.output === 'json') {
    print(JSON.stringify(models, null, 2));
    return;
  }
  if (models.length === 0) {
    print('No policy is stored yet. Train one: coxswain train --task scale');
    return;
  }
  const headings = [
    'VERSION',
    'STATE',
    'ALGORITHM',
    'OBSERVES',
    'STEPS',
    'RETURN [95 %]',
    'BEST BASELINE',
    'CREATED',
  ];
  print(formatTable(headings, models.map(modelRow)));
  const damaged = models.filter(({ problem }) => problem !== null);
  if (damaged.length > 0) print('');
  for (const { task: of, version, problem } of damaged) print(`${of}/${version}: ${problem}`);
}

function modelRow(model: ModelVersion): string[] {
  const { task, version, state, algorithm, observationSpec, steps, evaluation, createdAtMs, problem } = model;
  if (problem !== null) return [`${task}/${version}`, state];
  const best = evaluation?.baselines.reduce<{ name: string; mean: number } | null>(
    (found, baseline) => (found === null || baseline.mean > found.mean ? baseline : found),
    null,
  );
  return [
    `${task}/${version}`,
    state,
    algorithm,
    observationSpec,
    formatCount(steps),
    evaluation ? interval(evaluation) : '–',
    best ? `${best.name} ${formatNumber(best.mean)}` : '–',
    formatTime(createdAtMs),
  ];
}

export function showModel(
  task: TaskName,
  version: number,
  { stateDir, output }: ModelOptions & { output?: 'json' },
): void {
  const { policy } = openModel(stateDir, task, String(version));
  const { parameters, network, observationSpace, ...rest } = policy;
  const observation = observationSpace.fields.map(({ name, unit }) => `${name} (${unit})`);
  const about = { ...rest, observation, network: { ...network, parameters: parameters.length } };
  print(output === 'json' ? JSON.stringify(about, null, 2) : describePolicy(policy));
}

function describePolicy(policy: PolicyModel): string {
  const { network, parameters, provenance, spec, observationSpace, actionSpace } = policy;
  const { algorithm, env, seed, steps, codeVersion, createdAtMs, parent, curve } = provenance;
  const actions =
    actionSpace.kind === 'box' ? actionSpace.fields.map(({ name }) => name) : actionSpace.labels;
  const layers = [...network.trunk, ...network.towers.flatMap((tower) => tower.layers)];
  const returns = `return ${formatNumber(curve[0]?.return)} to ${formatNumber(curve.at(-1)?.return)}`;
  const rows = [
    ['learned by', `${algorithm}, ${formatCount(steps)} steps, seed ${seed}, Coxswain ${codeVersion}`],
    ['at', new Date(createdAtMs).toISOString()],
    ['begun with', parent ?? 'nothing'],
    ['env', `${env.name} ${JSON.stringify(env.options)}`],
    ['observes', `${spec}: ${observationSpace.fields.map(({ name }) => name).join(', ')}`],
    ['acts by', actions.join(', ')],
    ['layers', layers.map(({ name, units }) => `${name} ${units}`).join(', ')],
    ['parameters', formatCount(parameters.length)],
    ['curve', curve.length === 0 ? 'none' : `${returns}, ${curve.length} points`],
    ...Object.entries(provenance.hyperparameters).map(([name, value]) => [name, JSON.stringify(value)]),
  ];
  return `${formatTable(['WHAT', 'VALUE'], rows)}\n\n${evaluationTable(provenance.evaluation)}`;
}

function evaluationTable(evaluation: EvaluationSummary | null): string {
  if (!evaluation) return 'It has not been compared with baselines.';
  const rows = [{ name: 'this policy', ...evaluation.score }, ...evaluation.baselines];
  return formatTable(
    [`RETURN IN ${evaluation.episodes} EPISODES`, 'MEAN [95 %]'],
    rows.map((row) => [row.name, interval(row)]),
  );
}

export function exportModel(task: TaskName, version: number, path: string, { stateDir }: ModelOptions): void {
  openStore(stateDir).export(task, version, resolve(path));
  print(`${task}/${version} is in ${path}`);
}

/** A file of ours says what it was learned for; another program's is taken for the env of the task's preset. */
export function importModel(
  task: TaskName,
  path: string,
  { stateDir, env: options }: ModelOptions & { env?: Record<string, unknown> },
): void {
  const file = resolve(path);
  const env = { name: task, options: options ?? TASK_PRESETS[task].algorithms.ppo.env };
  const { provenance } = importPolicyFile(file, contractOf(env));
  expectTask(provenance.env.name, task, file);
  const version = openStore(stateDir).import(task, file, contractOf(options ? env : provenance.env));
  print(
    `${path} is stored as ${task}/${version}. Compare it with the baselines: coxswain evaluate --task ${task} --model ${version}`,
  );
}

function contractOf(env: ImportOptions['env']): ImportOptions {
  const { spec, observationSpace, actionSpace } = createEnv(env);
  return { spec, observationSpace, actionSpace, env, codeVersion, nowMs: Date.now() };
}

/** Seed 001's debug_model: what a policy does when it is let play. */
export async function debugModel(
  task: TaskName,
  version: number,
  { stateDir, episodes }: ModelOptions & { episodes: number },
): Promise<void> {
  const { policy, name } = openModel(stateDir, task, String(version));
  const { env } = policy.provenance;
  checkContract(policy, createEnv(env), name);
  const watched = new WatchedActor(createActor(policy, createEngine('wasm')));
  await orNothing(async (signal) => {
    const [result] = await evaluateArms({
      createEnv: () => createEnv(env),
      arms: [policyArm(name, watched)],
      seeds: heldOutSeeds(episodes),
      onProgress: (done, total) => printProgress(done === total ? '' : `${done} of ${total} episodes`),
      signal,
    });
    const rows = (result?.episodes ?? []).map(({ seed, return: sum, length }) => [
      String(seed),
      formatNumber(sum),
      String(length),
    ]);
    print(`${formatTable(['EPISODE', 'RETURN', 'STEPS'], rows)}\n\n${watched.summary(policy.actionSpace)}`);
  });
}

/** Counts what an actor decides. */
class WatchedActor implements Actor {
  readonly #actor: Actor;
  readonly #counts = new Map<number, { count: number; confidence: number; low: number; high: number }>();

  constructor(actor: Actor) {
    this.#actor = actor;
  }

  get model() {
    return this.#actor.model;
  }

  decide(observation: ArrayLike<number>) {
    const decision = this.#actor.decide(observation);
    if (typeof decision.action !== 'number') return decision;
    const value = decision.values[decision.action] ?? 0;
    const seen = this.#counts.get(decision.action) ?? { count: 0, confidence: 0, low: value, high: value };
    this.#counts.set(decision.action, {
      count: seen.count + 1,
      confidence: seen.confidence + decision.confidence,
      low: Math.min(seen.low, value),
      high: Math.max(seen.high, value),
    });
    return decision;
  }

  sample(...args: Parameters<Actor['sample']>) {
    return this.#actor.sample(...args);
  }

  evaluate(...args: Parameters<Actor['evaluate']>) {
    return this.#actor.evaluate(...args);
  }

  dispose(): void {
    this.#actor.dispose();
  }

  summary(actionSpace: ActionSpace): string {
    if (actionSpace.kind === 'box') return 'It answers with numbers; there are no actions to count.';
    const total = [...this.#counts.values()].reduce((sum, { count }) => sum + count, 0);
    const valueName = this.model.head === 'q-values' ? 'Q-VALUES' : 'LOGITS';
    const rows = actionSpace.labels.map((label, index) => {
      const seen = this.#counts.get(index);
      if (!seen) return [label, '0 %', '–', '–'];
      const { count, confidence, low, high } = seen;
      return [
        label,
        formatPercent(count / total, 1),
        formatFixed(confidence / count, 2),
        `${formatNumber(low)}…${formatNumber(high)}`,
      ];
    });
    return formatTable(['ACTION', 'CHOSEN', 'MEAN CONFIDENCE', valueName], rows);
  }
}
