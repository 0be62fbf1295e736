import type { DefaultSteering, ModelVersion, TaskName } from '../protocol';
import { createEngine } from '../rl/engine/engines';
import { loadLearnedPace } from '../tasks/canary/pace/loadLearnedPace';
import { loadLearned } from '../tasks/heal/policies/loadLearned';
import { loadLearnedScale } from '../tasks/scale/live/policies/loadLearnedScale';
import { ModelStore } from '../training/modelStore';
import { ShippedPolicies } from '../training/shippedPolicies';
import { modelsDirectory } from './stateDirectory';
import type { LearnedPolicies } from './taskSteering';

/** The model store as the agent uses it. */
export interface PolicyShelf {
  list(): readonly ModelVersion[];
  /**
   * Which version is to steer a task, whether it can or not, and what a roll back returns to; null is the task's rule.
   *
   * @throws CoxswainError `model-invalid` where nobody knows
   */
  promotions(task: TaskName): { active: number | null; previous: number | null };
  /** The version that people name so, `3` or `shipped-54-ppo`. Throws CoxswainError `not-found`. */
  versionNamed(task: TaskName, name: string): number;
  /**
   * Loads a version and checks all that its task needs.
   *
   * @throws CoxswainError `not-found`, `model-invalid`, `model-incompatible`
   */
  check<Task extends TaskName>(task: Task, version: number): Loaded<Task>;
  /** @returns the version that steers then: that of the copy of a shipped one */
  promote(task: TaskName, version: number): number;
  /** What steers where nobody has promoted anything, and why. Throws CoxswainError `model-invalid`. */
  defaultOf(task: TaskName): DefaultSteering & { version: number | null };
  /** @throws CoxswainError `not-found` where there is nothing to roll back to */
  rollback(task: TaskName, to: { toRule: boolean }): void;
}

export type Loaded<Task extends TaskName> = LearnedPolicies[Task];

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
    versionNamed: (task, name) => store.versionNamed(task, name),
    check: <Task extends TaskName>(task: Task, version: number) => {
      const model = store.load(task, version);
      const name = `${task}/${version}`;
      // TypeScript does not narrow the type of the answer by the value of the task.
      if (task === 'heal') return loadLearned(model, name, engine) as Loaded<Task>;
      if (task === 'scale') return loadLearnedScale(model, name, engine) as Loaded<Task>;
      return loadLearnedPace(model, name, engine) as Loaded<Task>;
    },
    promote: (task, version) => store.promote(task, version).active ?? version,
    defaultOf: (task) => {
      const { steers, reason } = shipped.defaultOf(task);
      // The runbook is healing's; every other task has the rule that its config names.
      const isRule = steers === 'runbook' && task !== 'heal';
      return { steers: isRule ? 'rule' : steers, reason, version: shipped.defaultVersion(task) };
    },
    rollback: (task, to) => void store.rollback(task, to),
  };
}
