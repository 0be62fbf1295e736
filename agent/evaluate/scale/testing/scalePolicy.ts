import type { PolicyModel } from '../../../rl/policy/policyModel';
import { createScaleEnv } from '../../../sim/scale/scaleEnv';

type Weights = Readonly<Record<string, number>>;

/**
 * A policy of contract `scale/36` without hidden layers: the logits of −1, 0 and +1 are the weighted sums of the fields
 * that are named, plus `bias`; the other changes are out of the question.
 */
export function aScalePolicy(weights: { up?: Weights; hold?: Weights; down?: Weights }): PolicyModel {
  const { spec, observationSpace, actionSpace, podChanges } = createScaleEnv();
  const never: Weights = { bias: -50 };
  const byChange = new Map([
    [-1, weights.down ?? never],
    [0, weights.hold ?? never],
    [1, weights.up ?? never],
  ]);
  const columns = podChanges.map((change) => byChange.get(change) ?? never);
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
      env: { name: 'scale', options: {} },
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
