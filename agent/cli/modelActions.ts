import { resolve } from 'node:path';
import { version as codeVersion } from '../../package.json';
import { policyArm } from '../evaluate/arm';
import { heldOutSeeds, playEpisode } from '../evaluate/evaluation';
import { formatTime, type ModelVersion, type TaskName } from '../protocol';
import { createEngine } from '../rl/engine/engines';
import type { Env } from '../rl/env/env';
import { type Actor, createActor } from '../rl/policy/actor';
import { createEnv } from '../training/environments';
import { openModel, openStore } from './openModel';
import { formatTable, print } from './output';

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
}

function modelRow(model: ModelVersion): string[] {
  const { task, version, state, algorithm, observationSpec, steps, evaluation, createdAtMs, problem } = model;
  if (problem !== null) return [`${task}/${version}`, state, problem];
  const best = evaluation?.baselines.reduce<{ name: string; mean: number } | null>(
    (found, baseline) => (found === null || baseline.mean > found.mean ? baseline : found),
    null,
  );
  return [
    `${task}/${version}`,
    state,
    algorithm,
    observationSpec,
    steps.toLocaleString('en'),
    evaluation ? `${short(evaluation.mean)} [${short(evaluation.low)}…${short(evaluation.high)}]` : '–',
    best ? `${best.name} ${short(best.mean)}` : '–',
    formatTime(createdAtMs),
  ];
}

export function showModel(task: TaskName, version: number, { stateDir }: ModelOptions): void {
  const { policy } = openModel(stateDir, task, String(version));
  const { parameters, network, provenance, observationSpace, ...rest } = policy;
  print(
    JSON.stringify(
      {
        ...rest,
        observation: observationSpace.fields.map(({ name, unit }) => `${name} (${unit})`),
        network: { ...network, parameters: parameters.length },
        provenance,
      },
      null,
      2,
    ),
  );
}

export function promoteModel(task: TaskName, version: number, { stateDir }: ModelOptions): void {
  const { policy, store } = openModel(stateDir, task, String(version));
  // A promise that it can be used: that it acts at all.
  createActor(policy, createEngine('wasm')).decide(new Float32Array(policy.observationSpace.fields.length));
  const { previous } = store.promote(task, version);
  print(`${task}/${version} steers${previous === null ? '' : `, ${task}/${previous} before`}.`);
}

export function rollbackModel(task: TaskName, { stateDir }: ModelOptions): void {
  const { active } = openStore(stateDir).rollback(task);
  print(active === null ? `The rule of ${task} steers again.` : `${task}/${active} steers again.`);
}

export function exportModel(task: TaskName, version: number, path: string, { stateDir }: ModelOptions): void {
  openStore(stateDir).export(task, version, resolve(path));
  print(`${task}/${version} is in ${path}`);
}

export function importModel(
  task: TaskName,
  path: string,
  { stateDir, env: options }: ModelOptions & { env: Record<string, unknown> },
): void {
  const env = { name: task, options };
  const { spec, observationSpace, actionSpace } = createEnv(env);
  const contract = { spec, observationSpace, actionSpace, env, codeVersion, nowMs: Date.now() };
  const version = openStore(stateDir).import(task, resolve(path), contract);
  print(
    `${path} is stored as ${task}/${version}. It has not been compared with baselines: coxswain evaluate --task ${task} --model ${version}`,
  );
}

/** Seed 001's debug_model: what a policy does when it is let play. */
export function debugModel(
  task: TaskName,
  version: number,
  { stateDir, episodes }: ModelOptions & { episodes: number },
): void {
  const { policy, name } = openModel(stateDir, task, String(version));
  const actor = createActor(policy, createEngine('wasm'));
  const env = createEnv(policy.provenance.env);
  const watched = new WatchedActor(actor);
  const results = heldOutSeeds(episodes).map((seed) => playEpisode(env, policyArm(name, watched), seed));
  print(
    formatTable(
      ['EPISODE', 'RETURN', 'STEPS'],
      results.map(({ seed, return: sum, length }) => [String(seed), short(sum), String(length)]),
    ),
  );
  print(`\n${watched.summary(env)}`);
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

  summary({ actionSpace }: Env): string {
    if (actionSpace.kind === 'box') return 'It answers with numbers; there are no actions to count.';
    const total = [...this.#counts.values()].reduce((sum, { count }) => sum + count, 0);
    const valueName = this.model.head === 'q-values' ? 'Q-VALUES' : 'LOGITS';
    const rows = actionSpace.labels.map((label, index) => {
      const seen = this.#counts.get(index);
      if (!seen) return [label, '0 %', '–', '–'];
      const { count, confidence, low, high } = seen;
      return [
        label,
        `${((100 * count) / total).toFixed(1)} %`,
        (confidence / count).toFixed(2),
        `${short(low)}…${short(high)}`,
      ];
    });
    return formatTable(['ACTION', 'CHOSEN', 'MEAN CONFIDENCE', valueName], rows);
  }
}

function short(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}
