import type { ObservationSpec } from '../../agent/loop/task';
import type { PolicyModel } from '../../agent/rl/policy/policyModel';
import { HEAL_LABELS, type HealChoice } from '../../agent/tasks/heal/policies/learned';
import { HEAL_9 } from '../../agent/tasks/heal/spec';
import { NOW_MS } from './protocolExamples';

type Weights = Partial<Record<HealChoice, Readonly<Record<string, number>>>>;

/**
 * A policy without hidden layers, of contract `heal/9` where no other is told: each logit is the weighted sum of the
 * fields that are named, plus `bias`.
 */
export function aHealPolicy(
  weights: Weights,
  changes: Partial<PolicyModel> = {},
  spec: ObservationSpec = HEAL_9,
): PolicyModel {
  const fields = spec.fields.map(({ name }) => name);
  const rows = [...fields, 'bias'];
  const parameters = rows.flatMap((row) => HEAL_LABELS.map((label) => weights[label]?.[row] ?? 0));
  const layer = {
    name: 'policy.out',
    units: HEAL_LABELS.length,
    activation: 'linear',
    dropout: 0,
    gain: 1,
  } as const;
  return {
    head: 'categorical',
    network: { inputs: fields.length, trunk: [], towers: [{ name: 'policy', layers: [layer] }] },
    parameters: Float32Array.from(parameters),
    logStandardDeviations: [],
    spec: spec.name,
    observationSpace: { kind: 'box', fields: [...spec.fields] },
    actionSpace: { kind: 'discrete', labels: HEAL_LABELS },
    normaliser: null,
    provenance: {
      algorithm: 'ppo',
      env: { name: 'heal', options: {} },
      seed: 1,
      steps: 1000,
      hyperparameters: {},
      codeVersion: '0.1.0',
      createdAtMs: NOW_MS,
      parent: null,
      curve: [],
      evaluation: null,
    },
    ...changes,
  };
}
