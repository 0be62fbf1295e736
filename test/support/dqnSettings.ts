import type * as z from 'zod';
import type { DqnHyperparameters } from '../../agent/rl/algorithms/dqnHyperparameters';

export type DqnSettings = z.input<typeof DqnHyperparameters>;

/** Small and quick, for the chain; tests say what else they need. */
export const SMALL_DQN: DqnSettings = {
  learningRate: 3e-3,
  bufferSize: 2000,
  learningStarts: 100,
  batchSize: 16,
  gamma: 0.9,
  targetUpdateInterval: 100,
  trainFreq: 2,
  explorationFraction: 0.5,
  netArch: [16],
  dropout: [],
};
