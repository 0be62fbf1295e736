import * as z from 'zod';
import { parseYaml } from '../config/yaml';
import { Algorithm, CoxswainError, TaskName } from '../protocol';
import { ENGINE_NAMES } from '../rl/engine/network';
import { learningIssues } from './resolveTraining';
import { describeIssues } from './settingIssues';

const count = (min: number, max: number) => z.number().int().min(min).max(max);

/** `train.yaml`: everything that decides what a training learns. What is absent comes from the task's preset. */
export const TrainConfig = z.strictObject({
  task: TaskName.describe('What to learn.'),
  algo: Algorithm.default('ppo').describe('How to learn it.'),
  steps: count(1000, 1e9).optional().describe('Env steps in all; the preset’s where absent.'),
  seed: count(0, 2 ** 31 - 1)
    .default(1)
    .describe('The same seed gives the same policy, bit by bit.'),
  envs: count(1, 4096).optional().describe('Envs that step together; the preset’s where absent.'),
  workers: count(0, 64)
    .default(0)
    .describe(
      'Threads that collect for PPO; 0 collects on the main thread. The result does not depend on it.',
    ),
  engine: z.enum(ENGINE_NAMES).default('wasm').describe('What computes the networks.'),
  env: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Options of the env, over those of the preset; `coxswain env list` names them.'),
  hyperparameters: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Of the algorithm, under Stable-Baselines3’s names in camelCase, over those of the preset.'),
  evaluateEvery: count(1000, 1e9)
    .optional()
    .describe(
      'Env steps between two looks at which policy is the best so far; a twentieth of `steps` where absent.',
    ),
  checkpointEvery: count(1000, 1e9)
    .optional()
    .describe('Env steps between two checkpoints; a tenth of `steps` where absent.'),
  checkpointReplay: z
    .boolean()
    .default(false)
    .describe('Whether DQN’s checkpoints hold the replay buffer, so that they resume bit-identically.'),
  evaluation: z
    .strictObject({
      episodes: count(1, 10_000)
        .default(100)
        .describe('Held-out episodes that each policy and baseline plays.'),
    })
    .prefault({})
    .describe('The comparison with the task’s baselines at the end.'),
  logs: z
    .strictObject({
      tensorboard: z.boolean().default(true).describe('Write TensorBoard event files.'),
      wandb: z
        .boolean()
        .default(false)
        .describe('Log to Weights & Biases, or to a local run folder without a key.'),
    })
    .prefault({})
    .describe('Logs besides metrics.jsonl.'),
  fineTune: z
    .strictObject({
      from: z.string().describe('A version of the task’s policy, or a path of a policy file.'),
      freeze: z
        .array(z.string())
        .default([])
        .describe('Layers that stay as they are, for example `trunk.0`.'),
    })
    .optional()
    .describe('Begin with a policy that has learned before.'),
});
export type TrainConfig = z.output<typeof TrainConfig>;

/** What the command line says; it wins over the file. */
export type TrainOverrides = {
  [Key in keyof z.input<typeof TrainConfig>]?: z.input<typeof TrainConfig>[Key] | undefined;
};

/** @throws CoxswainError `config-invalid` that names every problem, of the file by line and column */
export function readTrainConfig(
  file: { path: string; text: string } | null,
  overrides: TrainOverrides,
): TrainConfig {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const fromFile = file ? parseYaml(file.text, partialConfig(given), remedyFor(file.path)) : {};
  const parsed = TrainConfig.safeParse({ ...fromFile, ...given });
  const issues = parsed.success ? learningIssues(parsed.data) : parsed.error.issues;
  if (parsed.success && issues.length === 0) return parsed.data;
  throw new CoxswainError('config-invalid', describeIssues(issues), REMEDY);
}

/** What a file may hold, where the command line says the rest: the settings of algorithm and env are looked at too. */
function partialConfig(given: TrainOverrides) {
  return TrainConfig.partial().superRefine((value, context) => {
    const whole = TrainConfig.safeParse({ ...value, ...given });
    if (!whole.success) return;
    for (const issue of learningIssues(whole.data)) context.addIssue({ ...issue });
  });
}

const REMEDY = 'docs/learning.md lists the keys of train.yaml with their ranges.';

function remedyFor(path: string) {
  return { path, remedy: `Correct the file. ${REMEDY}` };
}
