import type { TrainingPoint } from '../../agent/protocol';

/** A learning curve as columns on one axis of env steps. */
export interface TrainingColumns {
  steps: number[];
  /** By its name in the log files; null where a point does not measure it. */
  metric(name: string): readonly (number | null)[];
}

export function toTrainingColumns(points: readonly TrainingPoint[]): TrainingColumns {
  const columns = new Map<string, readonly (number | null)[]>();
  return {
    steps: points.map(({ steps }) => steps),
    metric: (name) => {
      const column = columns.get(name) ?? points.map(({ metrics }) => metrics[name] ?? null);
      columns.set(name, column);
      return column;
    },
  };
}
