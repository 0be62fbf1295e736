import type { LearnedCandidate } from '../evaluate/calibrate/learnedArms';
import { checkContract } from '../rl/policy/contract';
import type { PolicyModel } from '../rl/policy/policyModel';
import { createEnv } from '../training/environments';
import type { ModelStore } from '../training/modelStore';
import { expectTask, openModel, taskAndVersion } from './openModel';
import { usableShipped } from './shippedModels';

/**
 * The learned scalers to be judged: the one that was named, else those that come with Coxswain and the one that steers.
 *
 * @param which `scale/3`, `3`, `shipped-36-ppo` or a file
 * @throws CoxswainError `not-found`, `model-invalid`, `model-incompatible`
 */
export function learnedCandidates(store: ModelStore, which: string | undefined): LearnedCandidate[] {
  if (which !== undefined) return [namedCandidate(store, which)];
  const shipped = usableShipped(store, 'scale').map(({ version, policy }) => {
    const name = store.nameOf('scale', version);
    return candidateOf(name, policy);
  });
  const { active } = store.promotions('scale');
  const names = new Set(shipped.map(({ name }) => name));
  if (active === null || names.has(store.nameOf('scale', active))) return shipped;
  return [...shipped, namedCandidate(store, String(active))];
}

/** What a fine-tuning begins with: of those the one that sees the 36 numbers, if there is one. */
export function fineTuneBase(
  store: ModelStore,
  which: string | undefined,
): { path: string; hyperparameters: Readonly<Record<string, unknown>> } | null {
  const steering = which ?? store.promotions('scale').active;
  const named = steering === null ? null : openModel(store, 'scale', nameOf(String(steering)));
  if (named && isFit(named.policy)) {
    return { path: named.version === null ? named.name : String(named.version), ...settingsOf(named.policy) };
  }
  const shipped = usableShipped(store, 'scale').find(({ policy }) => isFit(policy));
  return shipped ? { path: shipped.path, ...settingsOf(shipped.policy) } : null;
}

function isFit({ spec, provenance }: PolicyModel): boolean {
  return spec === 'scale/36' && provenance.algorithm === 'ppo';
}

function settingsOf({ provenance }: PolicyModel) {
  return { hyperparameters: provenance.hyperparameters };
}

function namedCandidate(store: ModelStore, which: string): LearnedCandidate {
  const { policy, name } = openModel(store, 'scale', nameOf(which));
  expectTask(policy.provenance.env.name, 'scale', name);
  checkContract(policy, createEnv({ name: 'scale', options: { spec: policy.spec } }), name);
  return candidateOf(name, policy);
}

function nameOf(which: string): string {
  return taskAndVersion(which)?.version ?? which;
}

function candidateOf(name: string, policy: PolicyModel): LearnedCandidate {
  const algorithm = policy.provenance.algorithm.toUpperCase();
  return { name, title: `${algorithm} ${name}`, policy, promote: name };
}
