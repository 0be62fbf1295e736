import * as z from 'zod';
import type { Network } from '../engine/network';
import type { RunningStatistics } from '../env/runningStatistics';
import type { SavedState } from '../savedState';
import { invalidState, requireArray } from './nestedState';

/** What DQN has learned: its networks, the online network's optimiser, and the observations' statistics if it has them. */
export interface TrainedNetworks {
  online: Network;
  target: Network;
  statistics: RunningStatistics | null;
}

export function saveNetworks({ online, target, statistics }: TrainedNetworks): SavedState {
  const { step, firstMoment, secondMoment } = online.readOptimiser();
  return {
    values: { adamStep: step, statisticsCount: statistics?.count ?? 0 },
    arrays: {
      online: online.readParameters(),
      target: target.readParameters(),
      firstMoment,
      secondMoment,
      mean: statistics?.mean.slice() ?? new Float64Array(0),
      variance: statistics?.variance.slice() ?? new Float64Array(0),
    },
  };
}

/** @throws CoxswainError `checkpoint-invalid` for networks of another shape; then nothing has changed */
export function restoreNetworks({ online, target, statistics }: TrainedNetworks, state: SavedState): void {
  const counts = Counts.safeParse(state.values);
  if (!counts.success) throw invalidState('it has no networks');
  const floats = (name: string) => requireArray(state, name, Float32Array, online.parameterCount);
  const [firstMoment, secondMoment] = [floats('firstMoment'), floats('secondMoment')];
  const [onlineParameters, targetParameters] = [floats('online'), floats('target')];
  const fields = statistics?.mean.length ?? 0;
  const mean = requireArray(state, 'mean', Float64Array, fields);
  const variance = requireArray(state, 'variance', Float64Array, fields);

  online.writeParameters(onlineParameters);
  target.writeParameters(targetParameters);
  online.writeOptimiser({ step: counts.data.adamStep, firstMoment, secondMoment });
  if (statistics === null) return;
  statistics.mean.set(mean);
  statistics.variance.set(variance);
  statistics.count = counts.data.statisticsCount;
}

const Counts = z.object({ adamStep: z.number().int(), statisticsCount: z.number() });
