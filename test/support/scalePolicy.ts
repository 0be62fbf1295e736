import type { PolicyModel } from '../../agent/rl/policy/policyModel';
import { OBSERVATION_SPECS } from '../../agent/sim/scale/observation';
import { scaleContract } from '../../agent/tasks/scale/live/policies/loadLearnedScale';
import type { ScaleSpecName } from '../../agent/tasks/scale/live/policies/policy';
import { aHealPolicy } from './healPolicy';

/** By change of pods: weights of fields, and `bias`. */
type Weights = Readonly<Partial<Record<number, Readonly<Record<string, number>>>>>;

/** A scaler without hidden layers: each logit is the weighted sum of the fields that are named, plus `bias`. */
export function aScalePolicy(
  spec: ScaleSpecName,
  weights: Weights,
  changes: Partial<PolicyModel> = {},
): PolicyModel {
  const { fields, podChanges } = OBSERVATION_SPECS[spec];
  const { actionSpace } = scaleContract(spec);
  const rows = [...fields.map(({ name }) => name), 'bias'];
  const parameters = Float32Array.from(
    rows.flatMap((row) => podChanges.map((change) => weights[change]?.[row] ?? 0)),
  );
  const units = podChanges.length;
  const layer = { name: 'policy.out', units, activation: 'linear', dropout: 0, gain: 1 } as const;
  const network = { inputs: fields.length, trunk: [], towers: [{ name: 'policy', layers: [layer] }] };
  const observationSpace = { kind: 'box' as const, fields: [...fields] };
  return aHealPolicy({}, { network, parameters, spec, observationSpace, actionSpace, ...changes });
}
