import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { holdExclusively } from '../journal/exclusiveLock';
import { CoxswainError, errorText, type ModelVersion, TaskName, toErrorInfo } from '../protocol';
import { checkContract } from '../rl/policy/contract';
import type { ImportOptions } from '../rl/policy/onnx/foreignPolicy';
import type { EvaluationSummary, PolicyModel } from '../rl/policy/policyModel';
import { importPolicyFile, readPolicyFile, writePolicyFile } from './policyFile';
import { type Promotions, readPromotions, writePromotions } from './promotions';
import type { ShippedPolicies, ShippedPolicy } from './shippedPolicies';

/** Another process adds or promotes in milliseconds; one that takes longer is stuck. An agent's loop waits meanwhile. */
const LOCK_TIMEOUT_MS = 3000;

/**
 * The learned policies of each task: `<directory>/<task>/<version>.onnx`, of which only the evaluation ever changes, and
 * beside them which version steers. Several processes may use one store; after a crash at any moment it is as it was
 * before or after what was being done.
 *
 * Policies that come with Coxswain are listed beside them, under versions above all others. Such a one is copied when it
 * is promoted, and has a version of its own from then on. As long as nobody has promoted anything, the one that the
 * package names may steer from where it is.
 */
export class ModelStore {
  readonly #directory: string;
  readonly #nowMs: () => number;
  readonly #shipped: ShippedPolicies | null;
  /** By path: reading a file to the end tells whether it is damaged, and is done once per change. */
  readonly #known = new Map<string, { stamp: string; version: StoredVersion }>();

  constructor(directory: string, nowMs: () => number, shipped: ShippedPolicies | null = null) {
    this.#directory = directory;
    this.#nowMs = nowMs;
    this.#shipped = shipped;
  }

  /**
   * @returns its version: one more than the greatest so far, also of those that were promoted and are gone: a policy
   *   must not steer because another one of its number was promoted once
   * @throws CoxswainError `disk-full`
   */
  add(task: TaskName, policy: PolicyModel): number {
    return this.#exclusively(task, () => this.#addNow(task, policy));
  }

  #addNow(task: TaskName, policy: PolicyModel): number {
    const promoted = this.#promotionsOrNone(task).history.map(({ version }) => version ?? 0);
    const version = Math.max(0, ...this.#versions(task), ...promoted) + 1;
    writePolicyFile(this.#path(task, version), policy);
    return version;
  }

  /**
   * Puts the result of a later evaluation into a version's provenance.
   *
   * @throws CoxswainError as `load` does, `disk-full`, `usage` for a shipped one, which has come with its own
   */
  setEvaluation(task: TaskName, version: number, evaluation: EvaluationSummary | null): void {
    const shipped = this.#shippedAs(task, version);
    if (shipped) throw notToBeChanged(task, shipped);
    this.#exclusively(task, () => {
      const policy = this.load(task, version);
      writePolicyFile(this.#path(task, version), {
        ...policy,
        provenance: { ...policy.provenance, evaluation },
      });
    });
  }

  /** Newest first, of all tasks where none is told. What is damaged is in it, with its problem. */
  list(task?: TaskName): ModelVersion[] {
    const tasks = task ? [task] : TaskName.options;
    return tasks.flatMap((each) => {
      const promotions = this.#promotionsOrNone(each);
      const versions = this.#versions(each).sort((a, b) => b - a);
      const shipped = this.#describeShipped(each);
      const names = new Map(shipped.map((version) => [originOf(version), version.shippedAs]));
      const stored = versions.map((version) => {
        const described = this.#describe(each, version, this.#path(each, version));
        return { ...withState(described, promotions), shippedAs: names.get(originOf(described)) ?? null };
      });
      return [...stored, ...listShipped(shipped, stored, promotions)];
    });
  }

  /** Those that come with Coxswain, whether they can be used or not. */
  shipped(task: TaskName): readonly ShippedPolicy[] {
    return this.#shipped?.list(task) ?? [];
  }

  /** As people name a version: `heal/3`, or `heal/shipped-54-ppo` for one that comes with Coxswain. */
  nameOf(task: TaskName, version: number): string {
    const shipped = this.#shippedAs(task, version);
    return `${task}/${shipped ? shippedName(task, shipped) : version}`;
  }

  /**
   * The version that people name so.
   *
   * @param name `3`, or `shipped-54-ppo`
   * @throws CoxswainError `not-found` where nothing of that name is shipped; of a number `load` tells
   */
  versionNamed(task: TaskName, name: string): number {
    if (/^\d+$/.test(name)) return Number(name);
    const shipped = this.shipped(task).find((each) => shippedName(task, each) === name);
    if (shipped) return shipped.version;
    throw this.#notFound(task, name);
  }

  /** @throws CoxswainError `not-found`, `model-invalid` */
  load(task: TaskName, version: number): PolicyModel {
    const path = this.#shippedAs(task, version)?.path ?? this.#path(task, version);
    if (existsSync(path)) return readPolicyFile(path);
    throw this.#notFound(task, version);
  }

  #notFound(task: TaskName, version: number | string): CoxswainError {
    const versions = this.#versions(task).join(', ') || 'none';
    const shipped = this.shipped(task).map((each) => shippedName(task, each));
    const come = shipped.length === 0 ? '' : `; with Coxswain come: ${shipped.join(', ')}`;
    return new CoxswainError(
      'not-found',
      `There is no policy ${task}/${version} in ${this.#directory}; stored are: ${versions}${come}.`,
      'Name one of those, or train one.',
    );
  }

  /** Which version steers a task, and which did before; null is the task's own rule. */
  promotions(task: TaskName): Promotions {
    const promotions = readPromotions(this.#promotionsPath(task));
    // Whoever has promoted something, or rolled back to the rule, has decided.
    if (promotions.history.length > 0 || !this.#shipped) return promotions;
    return { ...promotions, active: this.#shipped.defaultVersion(task) };
  }

  /**
   * Lets a version steer; the one that did so far becomes what a roll back returns to.
   *
   * @throws CoxswainError `not-found`, `model-invalid` where it cannot be used
   */
  promote(task: TaskName, version: number): Promotions {
    return this.#exclusively(task, () => {
      const policy = this.load(task, version);
      const promotions = this.promotions(task);
      const own = this.#ownVersion(task, version, policy);
      if (promotions.active === own) return promotions;
      return this.#activate(task, { kind: 'promoted', version: own }, promotions);
    });
  }

  /**
   * Swaps the active version and the previous one, so that a second roll back undoes the first.
   *
   * @param toRule to the task's own rule instead, which is always possible
   * @throws CoxswainError `not-found` where the rule steers already, `model-invalid` where the previous is damaged
   */
  rollback(task: TaskName, { toRule }: { toRule: boolean } = { toRule: false }): Promotions {
    return this.#exclusively(task, () => {
      const promotions = this.promotions(task);
      const { active, previous } = promotions;
      if (active === null && (toRule || previous === null)) throw nothingToRollBack(task);
      const version = toRule ? null : previous;
      if (version !== null) this.load(task, version);
      return this.#activate(task, { kind: 'rolled-back', version }, promotions);
    });
  }

  /** Writes a copy, which any ONNX runtime can run. @throws CoxswainError as `load` does, `disk-full` */
  export(task: TaskName, version: number, path: string): void {
    writePolicyFile(path, this.load(task, version));
  }

  /**
   * Adds a policy from a file, ours or another program's.
   *
   * @param options the contract of the task that it is for
   * @throws CoxswainError `not-found`, `model-invalid`, `model-incompatible`, `disk-full`
   */
  import(task: TaskName, path: string, options: ImportOptions): number {
    const policy = importPolicyFile(path, options);
    checkContract(policy, options, path);
    return this.add(task, policy);
  }

  #activate(
    task: TaskName,
    { kind, version }: { kind: 'promoted' | 'rolled-back'; version: number | null },
    { active, history }: Promotions,
  ): Promotions {
    const entry = { kind, version, atMs: this.#nowMs() };
    // The number of a shipped one may mean another one in the next release.
    const previous = active === null ? null : this.#ownVersion(task, active);
    const promotions = { active: version, previous, history: [...history, entry] };
    writePromotions(this.#promotionsPath(task), promotions);
    return promotions;
  }

  #shippedAs(task: TaskName, version: number): ShippedPolicy | null {
    return this.#shipped?.find(task, version) ?? null;
  }

  #describeShipped(task: TaskName): ShippedVersion[] {
    return (this.#shipped?.list(task) ?? []).map(({ name, version, path }) => ({
      ...this.#describe(task, version, path),
      shippedAs: name,
    }));
  }

  /** The version itself, or the copy of a shipped one, which is made where there is none yet. */
  #ownVersion(task: TaskName, version: number, policy?: PolicyModel): number {
    if (!this.#shippedAs(task, version)) return version;
    const shipped = policy ?? this.load(task, version);
    return this.#copyOf(task, shipped) ?? this.#addNow(task, shipped);
  }

  /** The version in the store that a shipped policy was copied to before; null without one. */
  #copyOf(task: TaskName, { spec, provenance }: PolicyModel): number | null {
    const origin = originOf({ ...provenance, observationSpec: spec });
    const copies = this.#versions(task).map((version) =>
      this.#describe(task, version, this.#path(task, version)),
    );
    return copies.find((copy) => originOf(copy) === origin)?.version ?? null;
  }

  #exclusively<T>(task: TaskName, body: () => T): T {
    const directory = join(this.#directory, task);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const lock = holdExclusively(directory, {
      pidFile: 'writer.pid',
      timeoutMs: LOCK_TIMEOUT_MS,
      lockedError: (pid) => busyError(directory, pid),
    });
    try {
      return body();
    } finally {
      lock.release();
    }
  }

  #path(task: TaskName, version: number): string {
    return join(this.#directory, task, `${version}.onnx`);
  }

  #promotionsPath(task: TaskName): string {
    return join(this.#directory, task, 'promotions.json');
  }

  #versions(task: TaskName): number[] {
    const directory = join(this.#directory, task);
    if (!existsSync(directory)) return [];
    const names = readdirSync(directory).map((name) => /^([1-9]\d{0,8})\.onnx$/.exec(name)?.[1]);
    return names.flatMap((digits) => (digits ? [Number(digits)] : [])).sort((a, b) => a - b);
  }

  /** A list is worth something even where nobody knows which version steers. */
  #promotionsOrNone(task: TaskName): Promotions {
    try {
      return this.promotions(task);
    } catch {
      return { active: null, previous: null, history: [] };
    }
  }

  #describe(task: TaskName, version: number, path: string): StoredVersion {
    const stats = statSync(path, { throwIfNoEntry: false });
    const stamp = `${stats?.mtimeMs} ${stats?.size}`;
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return known.version;
    const described = { stamp, version: describe(task, version, path, stats?.mtimeMs ?? 0) };
    this.#known.set(path, described);
    return described.version;
  }
}

type StoredVersion = Omit<ModelVersion, 'state' | 'shippedAs'>;
type ShippedVersion = Omit<ModelVersion, 'state'>;

/** Those of which there is a copy already are in the list as that. */
function listShipped(
  shipped: readonly ShippedVersion[],
  stored: readonly ModelVersion[],
  { active }: Promotions,
): ModelVersion[] {
  const copied = new Set(stored.map(originOf));
  return shipped
    .filter((version) => !copied.has(originOf(version)))
    .map((version) => {
      if (version.problem !== null) return { ...version, state: 'damaged' };
      return { ...version, state: version.version === active ? 'active' : 'shipped' };
    });
}

function describe(task: TaskName, version: number, path: string, changedAtMs: number): StoredVersion {
  try {
    return { ...summary(readPolicyFile(path)), task, version };
  } catch (error) {
    return {
      task,
      version,
      algorithm: 'unknown',
      observationSpec: 'unknown',
      createdAtMs: changedAtMs,
      codeVersion: 'unknown',
      seed: 0,
      steps: 0,
      parent: null,
      evaluation: null,
      problem: errorText(toErrorInfo(error)),
    };
  }
}

function summary({ spec, provenance }: PolicyModel): Omit<StoredVersion, 'task' | 'version'> {
  const { algorithm, createdAtMs, codeVersion, seed, steps, parent, evaluation } = provenance;
  return {
    algorithm,
    observationSpec: spec,
    createdAtMs,
    codeVersion,
    seed,
    steps,
    parent,
    evaluation: evaluation && {
      episodes: evaluation.episodes,
      ...evaluation.score,
      baselines: evaluation.baselines.map((baseline) => ({ ...baseline })),
    },
    problem: null,
  };
}

function withState(stored: StoredVersion, { active, previous }: Promotions): Omit<ModelVersion, 'shippedAs'> {
  if (stored.problem !== null) return { ...stored, state: 'damaged' };
  if (stored.version === active) return { ...stored, state: 'active' };
  return { ...stored, state: stored.version === previous ? 'previous' : 'stored' };
}

/** What tells one training from another, and does not change when its policy is evaluated or copied. */
export function originOf({
  algorithm,
  observationSpec,
  createdAtMs,
  codeVersion,
  seed,
  steps,
}: Pick<
  ModelVersion,
  'algorithm' | 'observationSpec' | 'createdAtMs' | 'codeVersion' | 'seed' | 'steps'
>): string {
  return [algorithm, observationSpec, createdAtMs, codeVersion, seed, steps].join(' ');
}

/** `shipped-54-ppo` of `heal-54-ppo`. */
function shippedName(task: TaskName, { name }: ShippedPolicy): string {
  return name.replace(new RegExp(`^${task}-`), 'shipped-');
}

function notToBeChanged(task: TaskName, shipped: ShippedPolicy): CoxswainError {
  return new CoxswainError(
    'usage',
    `${task}/${shippedName(task, shipped)} is the shipped policy ${shipped.name}, whose evaluation is a part of it.`,
    'Promote it first, and evaluate the version that it then has; `coxswain evaluate heal` compares all of them.',
  );
}

function busyError(directory: string, pid: string): CoxswainError {
  return new CoxswainError(
    'conflict',
    `The models in ${directory} are being changed by another process (pid ${pid}).`,
    'Try again in a moment; end that process if it hangs.',
  );
}

function nothingToRollBack(task: TaskName): CoxswainError {
  return new CoxswainError(
    'not-found',
    `No policy of ${task} is promoted: its rule steers, and there is nothing to roll back to.`,
    'Promote a version first.',
  );
}
