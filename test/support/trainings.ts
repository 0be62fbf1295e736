import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TrainingEvent, type TrainingPoint } from '../../agent/protocol';
import type { PolicyModel } from '../../agent/rl/policy/policyModel';
import type { BulkArray } from '../../agent/rl/savedState';
import { readCheckpoint } from '../../agent/training/checkpoint';
import { readJsonLines } from '../../agent/training/logs/jsonLinesLog';
import { readPolicyFile } from '../../agent/training/policyFile';
import { type Running, startCli } from './cli';

/** Settings under which a training of some ten thousand steps takes a second. */
const QUICK = {
  evaluateEvery: 4000,
  checkpointEvery: 2000,
  checkpointReplay: true,
  evaluation: { episodes: 2 },
  logs: { tensorboard: false },
};
const QUICK_DQN = {
  netArch: [8],
  bufferSize: 4000,
  learningStarts: 500,
  batchSize: 16,
  nEnvs: 4,
  trainFreq: 1,
  gradientSteps: 1,
  targetUpdateInterval: 500,
};

export const QUICK_PPO_ON_HEAL = {
  ...QUICK,
  task: 'heal',
  algo: 'ppo',
  steps: 20_000,
  hyperparameters: {
    netArch: [8],
    nEnvs: 8,
    nSteps: 32,
    batchSize: 64,
    nEpochs: 2,
    normalizeObservations: true,
  },
};
export const QUICK_PPO_ON_CANARY = { ...QUICK_PPO_ON_HEAL, task: 'canary' };
export const QUICK_DQN_ON_SCALE = {
  ...QUICK,
  task: 'scale',
  algo: 'dqn',
  steps: 10_000,
  env: { episodeSteps: 50 },
  hyperparameters: QUICK_DQN,
};
export const QUICK_HYBRID_ON_CANARY = {
  ...QUICK,
  task: 'canary',
  algo: 'hybrid',
  steps: 10_000,
  hyperparameters: { segmentSteps: 500, dqn: QUICK_DQN },
};

/** Writes a train.yaml. @returns its path */
export function writeConfig(folder: string, name: string, config: object): string {
  const path = join(folder, `${name}.yaml`);
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(config, null, 2));
  return path;
}

/** What `--json` has printed so far; a line that is being written is left out. */
export function eventsOf(stdout: string): TrainingEvent[] {
  const lines = stdout.split('\n').slice(0, -1);
  return lines.map((line) => TrainingEvent.parse(JSON.parse(line)));
}

/** A training with `--json`. */
export class RunningTraining {
  readonly process: Running;

  constructor(args: readonly string[]) {
    this.process = startCli(['train', '--json', ...args]);
  }

  get events(): TrainingEvent[] {
    return eventsOf(this.process.stdout);
  }

  /** Resolves at the first event of a kind, or when the process has ended without one. */
  async until(kind: TrainingEvent['kind']): Promise<void> {
    const { stdout } = this.process.child;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (this.events.some((event) => event.kind === kind)) resolve();
      };
      stdout?.on('data', look);
      void this.process.finished.then(() => resolve());
      look();
    });
  }
}

/** What a run folder holds. */
export interface RunResult {
  /** Of the learner after its last step: networks, optimiser, envs, replay. */
  state: Readonly<Record<string, BulkArray>>;
  policy: PolicyModel;
  points: readonly TrainingPoint[];
}

export function readRun(folder: string): RunResult {
  return {
    state: readCheckpoint(join(folder, 'checkpoint.bin')).arrays,
    policy: readPolicyFile(join(folder, 'best.onnx')),
    points: readJsonLines(join(folder, 'metrics.jsonl')),
  };
}

export function hasBegun(folder: string): boolean {
  return existsSync(join(folder, 'config.json'));
}

/** All lines of metrics.jsonl, also those that are none. */
export function countMetricLines(folder: string): number {
  return readFileSync(join(folder, 'metrics.jsonl'), 'utf8').split('\n').length - 1;
}
