import { CoxswainError } from '../protocol';
import type { Collector, EnvSpec } from '../rl/algorithms/collector';
import { createDqnLearner } from '../rl/algorithms/dqn';
import { DqnHyperparameters } from '../rl/algorithms/dqnHyperparameters';
import { createHybridLearner } from '../rl/algorithms/hybrid';
import { HybridHyperparameters } from '../rl/algorithms/hybridHyperparameters';
import type { AlgorithmName, LearnedPolicy, Learner } from '../rl/algorithms/learner';
import { createPpoLearner, ppoCollectorSpec } from '../rl/algorithms/ppo';
import { PpoHyperparameters } from '../rl/algorithms/ppoHyperparameters';
import { createCollector } from '../rl/algorithms/rollout';
import { createEngine } from '../rl/engine/engines';
import type { Engine, EngineName } from '../rl/engine/network';
import type { Env } from '../rl/env/env';
import { createVectorEnv } from '../rl/env/syncVectorEnv';
import { createEnv } from './environments';
import { createRolloutPool } from './rolloutPool';
import { describeIssues, type SettingIssue } from './settingIssues';
import { loadTfjsNode } from './tfjsNode';

/** All that decides what is learned, with nothing left open. */
export interface LearnerSettings {
  algorithm: AlgorithmName;
  env: EnvSpec;
  engine: EngineName;
  seed: number;
  totalSteps: number;
  /** As `completeHyperparameters` has given them. */
  hyperparameters: Readonly<Record<string, unknown>>;
  fineTune: { policy: LearnedPolicy; freeze: readonly string[] } | null;
}

/** What does not change the result. */
export interface LearnerResources {
  /** Threads that collect for PPO; 0: this one. */
  workers: number;
  /** The bundle that they run. */
  workerFile: string;
}

const SCHEMAS = { ppo: PpoHyperparameters, dqn: DqnHyperparameters, hybrid: HybridHyperparameters } as const;

/** What is wrong with hyper-parameters. */
export function hyperparameterIssues(
  algorithm: AlgorithmName,
  given: Readonly<Record<string, unknown>>,
): readonly SettingIssue[] {
  return SCHEMAS[algorithm].safeParse(given).error?.issues ?? [];
}

/** The hyper-parameters in full, defaults filled in. @throws CoxswainError `config-invalid` */
export function completeHyperparameters(
  algorithm: AlgorithmName,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const parsed = SCHEMAS[algorithm].safeParse(given);
  if (parsed.success) return parsed.data;
  throw new CoxswainError(
    'config-invalid',
    `Hyper-parameters of ${algorithm}: ${describeIssues(parsed.error.issues)}`,
    `docs/learning.md lists those of ${algorithm} with their ranges.`,
  );
}

/** @throws CoxswainError `config-invalid`, `engine-unavailable`, `model-incompatible` */
export async function createLearner(
  settings: LearnerSettings,
  resources: LearnerResources,
): Promise<Learner> {
  const { seed, totalSteps, fineTune } = settings;
  const common = {
    engine: await openEngine(settings.engine),
    totalSteps,
    seed,
    initialPolicy: fineTune?.policy ?? null,
    freeze: fineTune?.freeze ?? [],
  };
  switch (settings.algorithm) {
    case 'ppo': {
      const hyperparameters = PpoHyperparameters.parse(settings.hyperparameters);
      const env = createEnv(settings.env);
      const collector = await openCollector(settings, env, hyperparameters, resources);
      return createPpoLearner({ ...common, collector, env, hyperparameters });
    }
    case 'dqn': {
      const hyperparameters = DqnHyperparameters.parse(settings.hyperparameters);
      const envs = createVectorEnv(() => createEnv(settings.env), { count: hyperparameters.nEnvs, seed });
      return createDqnLearner({ ...common, envs, hyperparameters });
    }
    case 'hybrid': {
      const hyperparameters = HybridHyperparameters.parse(settings.hyperparameters);
      return createHybridLearner({ ...common, createEnv: () => createEnv(settings.env), hyperparameters });
    }
  }
}

/** PPO's envs, on this thread or on others. They compute with an engine of our own even where learning does not. */
async function openCollector(
  { env: spec, engine, seed }: LearnerSettings,
  env: Env,
  hyperparameters: PpoHyperparameters,
  { workers, workerFile }: LearnerResources,
): Promise<Collector> {
  const collectorEngine = engine === 'js' ? 'js' : 'wasm';
  const collectorSpec = ppoCollectorSpec(spec, env, { engine: collectorEngine, seed, hyperparameters });
  return workers > 0
    ? createRolloutPool(collectorSpec, { workers, workerFile })
    : createCollector(collectorSpec, createEnv);
}

async function openEngine(name: EngineName): Promise<Engine> {
  return name === 'tfjs-node' ? loadTfjsNode() : createEngine(name);
}
