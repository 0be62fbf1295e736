import { type AgentSnapshot, isOver, type Training } from '../../agent/protocol';
import { memo } from '../memo';
import { toTrainingColumns } from '../model/trainingSeries';
import { baselineOf } from '../model/trainings';
import type { TrainingFrame } from './frame';

/** Makes the frames of a training's charts: the same one until its curve, its end or the baseline has changed. */
export class TrainingFrameMaker {
  readonly #columns = memo(toTrainingColumns);
  readonly #baseline = memo(baselineOf);
  readonly #frame = memo(
    (
      columns: TrainingFrame['columns'],
      toSteps: number,
      name: string | undefined,
      mean: number | undefined,
    ): TrainingFrame => ({
      xs: columns.steps,
      xRange: [0, toSteps],
      columns,
      baseline: name === undefined || mean === undefined ? null : { name, mean },
    }),
  );

  make(training: Training, models: AgentSnapshot['models']): TrainingFrame {
    const baseline = this.#baseline(training, models);
    return this.#frame(this.#columns(training.points), lastStep(training), baseline?.name, baseline?.mean);
  }
}

/** The right edge: where it is to end, or where it has ended. */
function lastStep(training: Training): number {
  const reached = training.points.at(-1)?.steps ?? 0;
  return isOver(training) && reached > 0 ? reached : Math.max(reached, training.totalSteps);
}
