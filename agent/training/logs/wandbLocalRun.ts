import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeAtomically } from '../atomicFile';
import { AppendFile } from './appendFile';
import type { MetricsLog } from './metricsLog';
import type { WandbOptions } from './wandbLog';

/**
 * A run as a folder `offline-run-20250131_235959-1a2b3c4d/files` with W&B's names, in a form that anything can read:
 *
 * - `config.yaml`: by name, `{value: …}`
 * - `wandb-history.jsonl`: one line per point, metrics beside `_step`, `_timestamp` (unix seconds) and `_runtime`
 * - `wandb-summary.json`: the last value of each metric, written at the end
 *
 * It is not the transaction log that `wandb sync` takes.
 */
export function openLocalWandbRun({
  directory,
  name,
  project,
  config,
  nowMs,
}: WandbOptions): MetricsLog & { path: string } {
  const path = join(directory, `offline-run-${timestamp(nowMs())}-${randomBytes(4).toString('hex')}`);
  const fileOf = (file: string) => join(path, 'files', file);
  const all = { ...config, _wandb: { project, name } };
  const valued = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, { value }]));
  writeAtomically(fileOf('config.yaml'), [Buffer.from(stringify(valued))]);
  const history = new AppendFile(fileOf('wandb-history.jsonl'));
  let summary: Record<string, number> = {};
  return {
    path,
    write: ({ steps, seconds, metrics }) => {
      const row = { ...metrics, _step: steps, _timestamp: nowMs() / 1000, _runtime: seconds };
      history.append(Buffer.from(`${JSON.stringify(row)}\n`));
      summary = { ...summary, ...row };
    },
    close: async () => {
      history.close();
      writeAtomically(fileOf('wandb-summary.json'), [Buffer.from(`${JSON.stringify(summary, null, 2)}\n`)]);
    },
  };
}

/** 20250131_235959, in UTC. */
function timestamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
}
