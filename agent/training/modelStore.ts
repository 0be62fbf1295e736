import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { holdExclusively } from '../journal/exclusiveLock';
import { CoxswainError, errorText, type ModelVersion, TaskName, toErrorInfo } from '../protocol';
import { checkContract } from '../rl/policy/contract';
import type { ImportOptions } from '../rl/policy/onnx/foreignPolicy';
import type { EvaluationSummary, PolicyModel } from '../rl/policy/policyModel';
import { importPolicyFile, readPolicyFile, writePolicyFile } from './policyFile';
import { type Promotions, readPromotions, writePromotions } from './promotions';

/** Another process adds or promotes in milliseconds; one that takes longer is stuck. An agent's loop waits meanwhile. */
const LOCK_TIMEOUT_MS = 3000;

/**
 * The learned policies of each task: `<directory>/<task>/<version>.onnx`, of which only the evaluation ever changes, and
 * beside them which version steers. Several processes may use one store; after a crash at any moment it is as it was
 * before or after what was being done.
 */
export class ModelStore {
  readonly #directory: string;
  readonly #nowMs: () => number;
  /** By path: reading a file to the end tells whether it is damaged, and is done once per change. */
  readonly #known = new Map<string, { stamp: string; version: StoredVersion }>();

  constructor(directory: string, nowMs: () => number) {
    this.#directory = directory;
    this.#nowMs = nowMs;
  }

  /**
   * @returns its version: one more than the greatest so far, also of those that were promoted and are gone: a policy
   *   must not steer because another one of its number was promoted once
   * @throws CoxswainError `disk-full`
   */
  add(task: TaskName, policy: PolicyModel): number {
    return this.#exclusively(task, () => {
      const promoted = this.#promotionsOrNone(task).history.map(({ version }) => version ?? 0);
      const version = Math.max(0, ...this.#versions(task), ...promoted) + 1;
      writePolicyFile(this.#path(task, version), policy);
      return version;
    });
  }

  /** Puts the result of a later evaluation into a version's provenance. @throws CoxswainError as `load` does, `disk-full` */
  setEvaluation(task: TaskName, version: number, evaluation: EvaluationSummary | null): void {
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
      return versions.map((version) => withState(this.#describe(each, version), promotions));
    });
  }

  /** @throws CoxswainError `not-found`, `model-invalid` */
  load(task: TaskName, version: number): PolicyModel {
    const path = this.#path(task, version);
    if (existsSync(path)) return readPolicyFile(path);
    const versions = this.#versions(task).join(', ') || 'none';
    throw new CoxswainError(
      'not-found',
      `There is no policy ${task}/${version} in ${this.#directory}; stored are: ${versions}.`,
      'Name one that is stored, or train one.',
    );
  }

  /** Which version steers a task, and which did before; null is the task's own rule. */
  promotions(task: TaskName): Promotions {
    return readPromotions(this.#promotionsPath(task));
  }

  /**
   * Lets a version steer; the one that did so far becomes what a roll back returns to.
   *
   * @throws CoxswainError `not-found`, `model-invalid` where it cannot be used
   */
  promote(task: TaskName, version: number): Promotions {
    return this.#exclusively(task, () => {
      this.load(task, version);
      const promotions = this.promotions(task);
      if (promotions.active === version) return promotions;
      return this.#activate(task, { kind: 'promoted', version }, promotions);
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
    const promotions = { active: version, previous: active, history: [...history, entry] };
    writePromotions(this.#promotionsPath(task), promotions);
    return promotions;
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

  #describe(task: TaskName, version: number): StoredVersion {
    const path = this.#path(task, version);
    const stats = statSync(path, { throwIfNoEntry: false });
    const stamp = `${stats?.mtimeMs} ${stats?.size}`;
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return known.version;
    const described = { stamp, version: describe(task, version, path, stats?.mtimeMs ?? 0) };
    this.#known.set(path, described);
    return described.version;
  }
}

type StoredVersion = Omit<ModelVersion, 'state'>;

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

function withState(stored: StoredVersion, { active, previous }: Promotions): ModelVersion {
  if (stored.problem !== null) return { ...stored, state: 'damaged' };
  if (stored.version === active) return { ...stored, state: 'active' };
  return { ...stored, state: stored.version === previous ? 'previous' : 'stored' };
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
