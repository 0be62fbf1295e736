import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { CoxswainError, type DefaultSteering, type TaskName } from '../protocol';
import type { PolicyModel } from '../rl/policy/policyModel';
import { readPolicyFile } from './policyFile';

/** Above all versions that a person trains. Within a release they are numbered by their names. */
export const FIRST_SHIPPED_VERSION = 100_001;

/** A policy that comes with Coxswain. */
export interface ShippedPolicy {
  /** Of its file, for example `heal-54-ppo`. */
  name: string;
  version: number;
  path: string;
}

const Steers = z.strictObject({ steers: z.string().min(1), reason: z.string().min(1) });
const Defaults = z.strictObject({
  heal: Steers.optional(),
  scale: Steers.optional(),
  canary: Steers.optional(),
});
type TaskWithDefault = keyof z.output<typeof Defaults>;

/** What may steer by default beside a policy that is shipped; the first does where nothing is said. */
const RULES: Readonly<Record<TaskWithDefault, readonly [string, ...string[]]>> = {
  heal: ['runbook'],
  scale: ['predictive', 'quantile', 'hpa'],
  canary: ['evidence-steps', 'fixed-steps', 'hold'],
};
const NOTHING_SAID = 'nothing else is said';

/** The folder of learned policies that is a part of the package: `<task>-….onnx`, and which of them steers by default. */
export class ShippedPolicies {
  readonly #directory: string;

  /** @param directory which need not exist */
  constructor(directory: string) {
    this.#directory = directory;
  }

  get isEmpty(): boolean {
    return this.#names().length === 0;
  }

  list(task: TaskName): ShippedPolicy[] {
    return this.#names()
      .filter((name) => name.startsWith(`${task}-`))
      .map((name, index) => ({
        name,
        version: FIRST_SHIPPED_VERSION + index,
        path: join(this.#directory, `${name}.onnx`),
      }));
  }

  find(task: TaskName, version: number): ShippedPolicy | null {
    return this.list(task).find((policy) => policy.version === version) ?? null;
  }

  /** @throws CoxswainError `not-found`, `model-invalid` */
  load({ path }: ShippedPolicy): PolicyModel {
    return readPolicyFile(path);
  }

  /** @throws CoxswainError `model-invalid` where the file says nonsense, or names a policy that is not there */
  defaultOf(task: TaskName): DefaultSteering {
    const path = join(this.#directory, 'default.json');
    if (!hasDefault(task)) return { steers: 'its rule', reason: NOTHING_SAID };
    const rules = RULES[task];
    const said = existsSync(path) ? readDefaults(path)[task] : undefined;
    if (!said) return { steers: rules[0], reason: NOTHING_SAID };
    if (rules.includes(said.steers) || this.list(task).some(({ name }) => name === said.steers)) return said;
    throw damaged(path, `it names ${said.steers}, which is not shipped`);
  }

  /** The shipped version that steers by default; null for the task's rule. Throws as `defaultOf` does. */
  defaultVersion(task: TaskName): number | null {
    const { steers } = this.defaultOf(task);
    return this.list(task).find(({ name }) => name === steers)?.version ?? null;
  }

  #names(): string[] {
    if (!statSync(this.#directory, { throwIfNoEntry: false })?.isDirectory()) return [];
    const names = readdirSync(this.#directory).map((file) => /^([\w-]+)\.onnx$/.exec(file)?.[1]);
    return names.flatMap((name) => name ?? []).sort();
  }
}

function hasDefault(task: TaskName): task is TaskWithDefault {
  return task in RULES;
}

function readDefaults(path: string): z.output<typeof Defaults> {
  try {
    return Defaults.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw damaged(path, error instanceof z.ZodError ? z.prettifyError(error) : String(error), error);
  }
}

function damaged(path: string, why: string, cause?: unknown): CoxswainError {
  return new CoxswainError(
    'model-invalid',
    `${path} does not say what steers by default: ${why}.`,
    'Install Coxswain again; the task’s rule steers meanwhile.',
    { cause },
  );
}
