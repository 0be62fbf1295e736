import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type TrainingPoint, toErrorInfo } from '../../protocol';
import type { MetricsLog } from './metricsLog';
import { openLocalWandbRun } from './wandbLocalRun';
import { openWandbUpload } from './wandbUpload';

export interface WandbOptions {
  /** Local runs are made in it. */
  directory: string;
  project: string;
  /** Shown as the run's name. */
  name: string;
  config: Readonly<Record<string, unknown>>;
  nowMs(): number;
  /** Of the process: `WANDB_API_KEY` in it is what makes a run go to the server. */
  env: Readonly<Record<string, string | undefined>>;
  /** Where `@wandb/sdk` may be installed, as folders; it is no dependency of Coxswain. */
  searchFolders: readonly string[];
  /** Told, once each, in words: where the run is, and why it is not on the server. */
  note(text: string): void;
}

/**
 * A run of Weights & Biases: on their server where `WANDB_API_KEY` is set and `@wandb/sdk` is installed, otherwise as
 * a local folder. Whatever happens to it, the training goes on: nothing here throws.
 */
export function openWandbLog(options: WandbOptions): MetricsLog {
  const { env, note, searchFolders } = options;
  try {
    const sdk = env.WANDB_API_KEY ? findSdk(searchFolders) : null;
    if (sdk) return openWandbUpload(sdk, options);
    const why = env.WANDB_API_KEY ? '@wandb/sdk is not installed' : 'WANDB_API_KEY is not set';
    const run = openLocalWandbRun(options);
    note(`Weights & Biases: ${why}; the run is in ${run.path}.`);
    return unstoppable(run, note);
  } catch (error) {
    note(`Weights & Biases: ${toErrorInfo(error).message} Nothing is logged there.`);
    return { write: () => {}, close: async () => {} };
  }
}

/** The path of its entry, or null. */
function findSdk(folders: readonly string[]): string | null {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, 'package.json')).resolve('@wandb/sdk');
    } catch {
      // Not there.
    }
  }
  return null;
}

/** The first error is told, and ends the log; the training does not hear of it. */
function unstoppable(log: MetricsLog, note: (text: string) => void): MetricsLog {
  let hasFailed = false;
  const fail = (error: unknown) => {
    if (!hasFailed) note(`Weights & Biases: ${toErrorInfo(error).message} No more is logged there.`);
    hasFailed = true;
  };
  return {
    write: (point: TrainingPoint) => {
      if (hasFailed) return;
      try {
        log.write(point);
      } catch (error) {
        fail(error);
      }
    },
    close: () => log.close().catch(fail),
  };
}
