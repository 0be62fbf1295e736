import type { TrainingPoint } from '../../protocol';

/** Where the points of a learning curve go. The names of the metrics are those of `METRICS`. */
export interface MetricsLog {
  /** @throws CoxswainError `disk-full` */
  write(point: TrainingPoint): void;
  /** Resolves when everything is where it belongs. */
  close(): Promise<void>;
}

/** Writes to several logs as if they were one. */
export function combineLogs(logs: readonly MetricsLog[]): MetricsLog {
  return {
    write: (point) => {
      for (const log of logs) log.write(point);
    },
    close: async () => {
      await Promise.all(logs.map((log) => log.close()));
    },
  };
}
