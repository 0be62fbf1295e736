import * as z from 'zod';
import { CoxswainError } from '../protocol';
import type { EnvSpec } from '../rl/algorithms/collector';
import type { Env } from '../rl/env/env';
import { createAcrobot } from '../rl/env/reference/acrobot';
import { createCartPole } from '../rl/env/reference/cartPole';
import { createCanaryEnv } from '../sim/canary/canaryEnv';
import { CanaryOptions } from '../sim/canary/canaryOptions';
import { createHealEnv } from '../sim/heal/healEnv';
import { HealOptions } from '../sim/heal/healOptions';
import { createScaleEnv } from '../sim/scale/scaleEnv';
import { ScaleOptions } from '../sim/scale/scaleOptions';
import { describeIssues, type SettingIssue } from './settingIssues';

/** An env that can be asked for by name. */
export interface EnvDefinition {
  name: string;
  /** One line for people. */
  describe: string;
  /** What each option is, by its name. */
  options: Readonly<Record<string, string>>;
  /** What is wrong with options. */
  issues(options: unknown): readonly SettingIssue[];
  /** @throws CoxswainError `config-invalid` for options that it does not know */
  create(options: unknown): Env;
}

const NO_OPTIONS = z.strictObject({});

/** Every env, the reference envs first. */
export const ENVIRONMENTS: readonly EnvDefinition[] = [
  define('cartpole', 'keep a pole upright on a cart: Gymnasium’s CartPole-v1', NO_OPTIONS, createCartPole),
  define(
    'acrobot',
    'swing two links up by the joint between them: Gymnasium’s Acrobot-v1',
    NO_OPTIONS,
    createAcrobot,
  ),
  define('heal', 'recover a deployment from faults', HealOptions, createHealEnv),
  define('scale', 'scale a deployment under a load', ScaleOptions, createScaleEnv),
  define('canary', 'release a new version step by step', CanaryOptions, createCanaryEnv),
];

export const ENV_NAMES: readonly string[] = ENVIRONMENTS.map(({ name }) => name);

/** @throws CoxswainError `config-invalid` for an unknown name or option, with those that there are */
export function createEnv(spec: EnvSpec): Env {
  return findEnv(spec.name).create(spec.options);
}

/** @throws CoxswainError `config-invalid` */
export function findEnv(name: string): EnvDefinition {
  const found = ENVIRONMENTS.find((definition) => definition.name === name);
  if (found) return found;
  throw new CoxswainError(
    'config-invalid',
    `There is no env ${JSON.stringify(name)}.`,
    `Choose one of ${ENV_NAMES.join(', ')}.`,
  );
}

/** @param schema of the options, each with a description and a default. */
function define<Shape extends z.ZodRawShape>(
  name: string,
  describe: string,
  schema: z.ZodObject<Shape, z.core.$strict>,
  create: (options: z.output<z.ZodObject<Shape, z.core.$strict>>) => Env,
): EnvDefinition {
  const options = Object.fromEntries(
    Object.entries(schema.shape).map(([key, option]) => [
      key,
      z.globalRegistry.get(option)?.description ?? '',
    ]),
  );
  return {
    name,
    describe,
    options,
    issues: (given) => schema.safeParse(given).error?.issues ?? [],
    create: (given) => {
      const parsed = schema.safeParse(given);
      if (parsed.success) return create(parsed.data);
      throw new CoxswainError(
        'config-invalid',
        `Options of env ${name}: ${describeIssues(parsed.error.issues)}`,
        `Its options: ${Object.keys(options).join(', ') || 'none'}.`,
      );
    },
  };
}
