import type { DefaultSteering, ModelVersion, TaskName } from '../protocol';
import { createEngine } from '../rl/engine/engines';
import type { LearnedHeal } from '../tasks/heal/policies/learned';
import { loadLearned } from '../tasks/heal/policies/loadLearned';
import { ModelStore } from '../training/modelStore';
import { ShippedPolicies } from '../training/shippedPolicies';
import { modelsDirectory } from './stateDirectory';

/** The model store as the agent uses it. */
export interface PolicyShelf {
  list(): readonly ModelVersion[];
  /**
   * Which version is to steer a task, whether it can or not, and what a roll back returns to; null is the task's rule.
   *
   * @throws CoxswainError `model-invalid` where nobody knows
   */
  promotions(task: TaskName): { active: number | null; previous: number | null };
  /**
   * Loads a version and checks all that its task needs; null for a task without a live loop, of which only the file
   * is checked.
   *
   * @throws CoxswainError `not-found`, `model-invalid`, `model-incompatible`
   */
  check(task: TaskName, version: number): LearnedHeal | null;
  /** @returns the version that steers then: that of the copy of a shipped one */
  promote(task: TaskName, version: number): number;
  /** What steers where nobody has promoted anything, and why. Throws CoxswainError `model-invalid`. */
  defaultOf(task: TaskName): DefaultSteering & { version: number | null };
  /** @throws CoxswainError `not-found` where there is nothing to roll back to */
  rollback(task: TaskName, to: { toRule: boolean }): void;
}

/**
 * Store, engine and actor: loaded only by an agent that has a learned policy.
 *
 * @param policiesDirectory of those that come with Coxswain; none where empty
 */
export function openPolicyShelf(stateDirectory: string, policiesDirectory = ''): PolicyShelf {
  const shipped = new ShippedPolicies(policiesDirectory);
  const store = new ModelStore(modelsDirectory(stateDirectory), Date.now, shipped);
  const engine = createEngine('wasm');
  return {
    list: () => store.list(),
    promotions: (task) => store.promotions(task),
    check: (task, version) => {
      const model = store.load(task, version);
      return task === 'heal' ? loadLearned(model, `${task}/${version}`, engine) : null;
    },
    promote: (task, version) => store.promote(task, version).active ?? version,
    defaultOf: (task) => ({ ...shipped.defaultOf(task), version: shipped.defaultVersion(task) }),
    rollback: (task, to) => void store.rollback(task, to),
  };
}
