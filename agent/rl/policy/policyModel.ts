import type { NetworkSpec } from '../engine/network';
import type { ActionSpace, BoxSpace } from '../env/env';
import type { ConfidenceCalibration } from './confidenceCalibration';
import type { InputDistribution } from './inputDistribution';

/** How the first tower's outputs become an action. */
export type PolicyHead =
  /** One Q-value per action; the greatest wins. */
  | 'q-values'
  /** One logit per action; greedily the greatest wins. */
  | 'categorical'
  /** The mean of each number of the action; `logStandardDeviations` has their spread in training. */
  | 'gaussian';

/** A policy as data: all that acting needs, and where it came from. Stored as one ONNX file. */
export interface PolicyModel {
  head: PolicyHead;
  /** The first tower decides; others (the critic) are only for training on. */
  network: NetworkSpec;
  /** In the flat order of `Network`. */
  parameters: Float32Array;
  /** Of a Gaussian head, one for each number of the action; empty for the others. */
  logStandardDeviations: readonly number[];
  /** The contract it was trained under; a policy is refused where it differs. */
  spec: string;
  observationSpace: BoxSpace;
  actionSpace: ActionSpace;
  normaliser: NormaliserState | null;
  provenance: Provenance;
  /** What its probabilities are worth, where that was measured. */
  calibration?: ConfidenceCalibration | undefined;
  /** What it was trained on, where that was recorded. */
  inputDistribution?: InputDistribution | undefined;
}

/** (x − mean) ÷ √(variance + 1e-8), cut to ± clip; running statistics after Welford. */
export interface NormaliserState {
  mean: Float64Array;
  variance: Float64Array;
  count: number;
  clip: number;
}

/** Where a policy came from. */
export interface Provenance {
  /** `dqn`, `ppo`, `hybrid`, or `imported`. */
  algorithm: string;
  env: { name: string; options: Readonly<Record<string, unknown>> };
  seed: number;
  steps: number;
  hyperparameters: Readonly<Record<string, unknown>>;
  /** Version of Coxswain, and commit where known. */
  codeVersion: string;
  createdAtMs: number;
  /** `task/version` of the policy that it was fine-tuned from. */
  parent: string | null;
  /** Mean episode return by steps, at most 200 points. */
  curve: readonly { steps: number; return: number }[];
  /** Result of the evaluation on held-out seeds, where there was one. */
  evaluation: EvaluationSummary | null;
}

/** Interquartile means of the returns of held-out episodes with 95 % bootstrap intervals. */
export interface EvaluationSummary {
  episodes: number;
  score: Interval;
  baselines: readonly ({ name: string } & Interval)[];
}

export interface Interval {
  mean: number;
  low: number;
  high: number;
}
