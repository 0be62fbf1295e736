import type { PolicyModel } from '../../../rl/policy/policyModel';
import { createCanaryEnv } from '../../../sim/canary/canaryEnv';

type Weights = Readonly<Record<string, number>>;

/**
 * A policy of the env's contract without hidden layers: the logits of hold, up and down are the weighted sums of the
 * fields that are named, plus `bias`.
 *
 * @param options of the env that it was trained in
 */
export function aCanaryPolicy(
  weights: { hold?: Weights; up?: Weights; down?: Weights },
  options: Readonly<Record<string, unknown>> = {},
): PolicyModel {
  const { spec, observationSpace, actionSpace } = createCanaryEnv();
  const columns = [weights.hold ?? {}, weights.up ?? {}, weights.down ?? {}];
  const rows = [...observationSpace.fields.map(({ name }) => name), 'bias'];
  const layer = {
    name: 'policy.out',
    units: columns.length,
    activation: 'linear',
    dropout: 0,
    gain: 1,
  } as const;
  return {
    head: 'categorical',
    network: {
      inputs: observationSpace.fields.length,
      trunk: [],
      towers: [{ name: 'policy', layers: [layer] }],
    },
    parameters: Float32Array.from(rows.flatMap((row) => columns.map((column) => column[row] ?? 0))),
    logStandardDeviations: [],
    spec,
    observationSpace,
    actionSpace,
    normaliser: null,
    provenance: {
      algorithm: 'ppo',
      env: { name: 'canary', options },
      seed: 1,
      steps: 1000,
      hyperparameters: {},
      codeVersion: '0.1.0',
      createdAtMs: 1_750_000_000_000,
      parent: null,
      curve: [],
      evaluation: null,
    },
  };
}
