import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { EnvSpec } from '../../agent/rl/algorithms/collector';

/** One comparison with peers: an env, an algorithm, and settings that both sides use. */
export const Study = z.object({
  /** Gymnasium's name, or `coxswain:NAME` for an env of ours, which peers reach over the bridge. */
  env: z.string(),
  options: z.record(z.string(), z.unknown()).default({}),
  algo: z.enum(['ppo', 'dqn']),
  steps: z.number(),
  envs: z.number(),
  net: z.array(z.number()),
  /** Under SB3's own names. */
  hyperparameters: z.record(z.string(), z.union([z.number(), z.boolean()])),
});
export type Study = z.infer<typeof Study>;

export const LearningStudy = Study.extend({
  evalEvery: z.number(),
  /** Mean return at which Gymnasium calls the env solved. */
  solvedAt: z.number().optional(),
});
export type LearningStudy = z.infer<typeof LearningStudy>;

export const PEERS = join('test', 'bench', 'peers');

export function readPeerFile<S extends z.ZodType>(name: string, schema: S): z.output<S> {
  return schema.parse(JSON.parse(readFileSync(join(PEERS, name), 'utf8')));
}

/** Our env of a study. */
export function envOf({ env, options }: Study): EnvSpec {
  const reference: Record<string, string> = { 'CartPole-v1': 'cartpole', 'Acrobot-v1': 'acrobot' };
  return { name: reference[env] ?? env.replace('coxswain:', ''), options };
}

/** Our hyper-parameters of a study: SB3's names in camelCase, and what SB3's algorithms are without asking. */
export function hyperparametersOf({ algo, net, envs, hyperparameters }: Study): Record<string, unknown> {
  const same = Object.fromEntries(
    Object.entries(hyperparameters).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
  // SB3's DQN is neither double nor does it drop units.
  const plain = algo === 'dqn' ? { doubleQ: false, dropout: [] } : {};
  return { ...same, ...plain, netArch: net, nEnvs: envs };
}

export function studyName({ env, algo }: { env: string; algo: string }): string {
  return `${env} ${algo.toUpperCase()}`;
}
