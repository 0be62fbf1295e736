import { resolve } from 'node:path';
import { version as codeVersion } from '../../package.json';
import { policyArm } from '../evaluate/arm';
import { evaluateArms, heldOutSeeds } from '../evaluate/evaluation';
import { errorText, formatCount, formatTime, type ModelVersion, TaskName, toErrorInfo } from '../protocol';
import { createEngine } from '../rl/engine/engines';
import type { ActionSpace } from '../rl/env/env';
import { type Actor, createActor } from '../rl/policy/actor';
import { checkContract } from '../rl/policy/contract';
import type { ImportOptions } from '../rl/policy/onnx/foreignPolicy';
import type { EvaluationSummary, PolicyModel } from '../rl/policy/policyModel';
import { createEnv } from '../training/environments';
import type { ModelStore } from '../training/modelStore';
import { importPolicyFile } from '../training/policyFile';
import { TASK_PRESETS } from '../training/taskPresets';
import { orNothing } from './cancelled';
import { interval } from './comparison';
import { formatFixed, formatNumber, formatPercent } from './numbers';
import { expectTask, openModel, openStore } from './openModel';
import { formatTable, print } from './output';
import type { ProgramContext } from './programContext';
import { printProgress } from './progress';
import { cardSummary, shippedProblem } from './shippedModels';

export interface ModelOptions {
  stateDir: string;
}

export function listModels(
  task: TaskName | undefined,
  { stateDir, output }: ModelOptions & { output?: 'json' },
  context: ProgramContext,
): void {
  const store = openStore(stateDir, context);
  const models = listedModels(store, task);
  if (output === 'json') {
    print(JSON.stringify(models, null, 2));
    return;
  }
  const [shipped, stored] = [true, false].map((isShipped) =>
    models.filter(({ card }) => (card !== undefined) === isShipped),
  );
  print(
    stored?.length
      ? formatTable(HEADINGS, stored.map(modelRow))
      : 'No policy is stored yet. Train one: coxswain train --task scale',
  );
  if (shipped?.length) print(`\n${shippedTable(shipped)}`);
  const problems = [...models.flatMap(problemOf), ...promotionProblems(store, task)];
  if (problems.length > 0) print(`\n${problems.join('\n')}`);
}

const HEADINGS = [
  'VERSION',
  'STATE',
  'ALGORITHM',
  'OBSERVES',
  'STEPS',
  'RETURN [95 %]',
  'BEST BASELINE',
  'CREATED',
];

interface ListedModel extends ModelVersion {
  /** `heal/3`, `heal/shipped-54-ppo` */
  name: string;
  /** What the card of one that comes with Coxswain says, null without a card; absent for the others. */
  card?: string | null;
}

/** Newest first, below them what comes with Coxswain. */
function listedModels(store: ModelStore, task: TaskName | undefined): ListedModel[] {
  const models = store.list(task).map((model) => listedModel(store, model));
  return models.toSorted((a, b) => Number(a.card !== undefined) - Number(b.card !== undefined));
}

function listedModel(store: ModelStore, model: ModelVersion): ListedModel {
  const name = store.nameOf(model.task, model.version);
  const shipped = store.shipped(model.task).find(({ version }) => version === model.version);
  if (!shipped) return { ...model, name };
  const listed = { ...model, name, card: cardSummary(shipped) };
  const problem = model.problem ?? shippedProblem(store, model.task, shipped);
  return problem === null ? listed : { ...listed, state: 'damaged', problem };
}

function problemOf({ name, problem }: ListedModel): string[] {
  return problem === null ? [] : [`${name}: ${problem}`];
}

/** Where nobody knows which version steers, the list looks as if none did. */
function promotionProblems(store: ModelStore, task: TaskName | undefined): string[] {
  return (task ? [task] : TaskName.options).flatMap((each) => {
    try {
      store.promotions(each);
      return [];
    } catch (error) {
      return [`${each}: ${errorText(toErrorInfo(error))}`];
    }
  });
}

function shippedTable(models: readonly ListedModel[]): string {
  const headings = ['SHIPPED WITH COXSWAIN', ...HEADINGS.slice(1, -1), 'MODEL CARD'];
  const rows = models.map((model) => {
    const row = modelRow(model);
    return row.length < HEADINGS.length ? row : [...row.slice(0, -1), model.card ?? '–'];
  });
  return formatTable(headings, rows);
}

function modelRow(model: ListedModel): string[] {
  const { name, state, algorithm, observationSpec, steps, evaluation, createdAtMs, problem } = model;
  if (problem !== null) return [name, state];
  const best = evaluation?.baselines.reduce<{ name: string; mean: number } | null>(
    (found, baseline) => (found === null || baseline.mean > found.mean ? baseline : found),
    null,
  );
  return [
    name,
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
  named: string,
  { stateDir, output }: ModelOptions & { output?: 'json' },
  context: ProgramContext,
): void {
  const { policy } = openModel(openStore(stateDir, context), task, named);
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

export function exportModel(
  task: TaskName,
  named: string,
  path: string,
  { stateDir }: ModelOptions,
  context: ProgramContext,
): void {
  const store = openStore(stateDir, context);
  store.export(task, store.versionNamed(task, named), resolve(path));
  print(`${task}/${named} is in ${path}`);
}

/** A file of ours says what it was learned for; another program's is taken for the env of the task's preset. */
export function importModel(
  task: TaskName,
  path: string,
  { stateDir, env: options }: ModelOptions & { env?: Record<string, unknown> },
  context: ProgramContext,
): void {
  const file = resolve(path);
  const env = { name: task, options: options ?? TASK_PRESETS[task].algorithms.ppo.env };
  const { provenance } = importPolicyFile(file, contractOf(env));
  expectTask(provenance.env.name, task, file);
  const store = openStore(stateDir, context);
  const version = store.import(task, file, contractOf(options ? env : provenance.env));
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
  named: string,
  { stateDir, episodes }: ModelOptions & { episodes: number },
  context: ProgramContext,
): Promise<void> {
  const { policy, name } = openModel(openStore(stateDir, context), task, named);
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
