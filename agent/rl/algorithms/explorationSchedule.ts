import { scheduledValue } from './schedules';

export interface ExplorationSchedule {
  /** ε at the beginning, 0…1. */
  explorationInitialEps: number;
  /** ε from the end of the fraction on. */
  explorationFinalEps: number;
  /** Share of the training over which ε falls, 0…1. */
  explorationFraction: number;
}

/** ε after `progress` (0…1) of the training: linear, as in Mnih et al. 2015 and Stable-Baselines3. */
export function explorationRate(progress: number, schedule: ExplorationSchedule): number {
  const { explorationInitialEps, explorationFinalEps, explorationFraction } = schedule;
  if (progress >= explorationFraction) return explorationFinalEps;
  const falling = { start: explorationInitialEps, end: explorationFinalEps };
  return scheduledValue(falling, progress / explorationFraction);
}
