import { CoxswainError } from '../../../protocol';
import { createEngine } from '../../../rl/engine/engines';
import { ModelStore } from '../../../training/modelStore';
import { ShippedPolicies } from '../../../training/shippedPolicies';
import type { LearnedHeal } from '../policies/learned';
import { loadLearned } from '../policies/loadLearned';

/** The learned policies of healing that can be asked beside the one that steers. */
export interface HealPolicies {
  /** By `heal/3`. @throws CoxswainError `not-found` for one that is gone, `model-invalid`, `model-incompatible` */
  named(version: string): LearnedHeal;
  /** Those that come with Coxswain, without any that cannot be used. */
  shipped(): readonly LearnedHeal[];
}

/** Loaded when somebody asks: store and engine are no part of an agent that only steers by rules. */
export function openHealPolicies(modelsDirectory: string, policiesDirectory: string): HealPolicies {
  const shipped = new ShippedPolicies(policiesDirectory);
  const store = new ModelStore(modelsDirectory, Date.now, shipped);
  const engine = createEngine('wasm');
  const known = new Map<string, LearnedHeal>();
  const load = (version: number): LearnedHeal => {
    const name = `heal/${version}`;
    const policy = known.get(name) ?? loadLearned(store.load('heal', version), name, engine);
    known.set(name, policy);
    return policy;
  };
  return {
    named(version) {
      const number = Number(/^heal\/(\d+)$/.exec(version)?.[1]);
      if (Number.isInteger(number)) return load(number);
      throw new CoxswainError(
        'not-found',
        `There is no policy ${version}.`,
        'Look at `coxswain model list`.',
      );
    },
    shipped: () =>
      shipped.list('heal').flatMap(({ version }) => {
        try {
          return [load(version)];
        } catch {
          // A damaged one is told by the list of policies.
          return [];
        }
      }),
  };
}
