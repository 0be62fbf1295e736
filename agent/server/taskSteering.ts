import { type ErrorInfo, type ModelVersion, type TaskName, toErrorInfo } from '../protocol';
import type { LearnedPace } from '../tasks/canary/pace/learnedPace';
import type { LearnedHeal } from '../tasks/heal/policies/learned';
import type { LearnedScale } from '../tasks/scale/live/policies/learnedScale';
import type { PolicyShelf } from './policyShelf';

/** What steers each task in place of its rule. */
export interface LearnedPolicies {
  heal: LearnedHeal;
  scale: LearnedScale;
  canary: LearnedPace;
}
export interface SteeringPorts {
  /** What steers where no policy is promoted, for example `runbook 1`. */
  rule(): string;
  /** All versions in the store, as they were read last. */
  models(): readonly ModelVersion[];
  /** Another policy steers from now on. */
  onSwitch(change: { from: string; to: string; by: string }): void;
  /** A policy that should steer cannot; the one before goes on. */
  onProblem(error: ErrorInfo): void;
}

/** The name of every learned policy. */
const LEARNED = 'learned';
const OUTSIDE = 'the model store';

/** Which policy steers one task: the one that the store says, as soon as it can. */
export class TaskSteering<Task extends TaskName> {
  readonly #task: Task;
  readonly #ports: SteeringPorts;
  #learned: LearnedPolicies[Task] | null = null;
  /** What the stored policy was like that was loaded to steer; null until the store was looked at since. */
  #origin: string | null = null;
  #problem: ErrorInfo | null = null;

  constructor(task: Task, ports: SteeringPorts) {
    this.#task = task;
    this.#ports = ports;
  }

  get learned(): LearnedPolicies[Task] | null {
    return this.#learned;
  }

  /** Why the promoted policy does not steer, or null where it does. */
  get problem(): ErrorInfo | null {
    return this.#problem;
  }

  /** As the journal calls what steers. */
  get name(): string {
    return this.#learned ? `${LEARNED} ${this.#learned.version}` : this.#ports.rule();
  }

  steer(learned: LearnedPolicies[Task] | null, by: string): void {
    const from = this.name;
    this.#problem = null;
    // What steers already is not loaded again: the workloads would go on with the one that they have.
    if (learned !== null && learned.version === this.#learned?.version) return;
    this.#learned = learned;
    this.#origin = null;
    const to = this.name;
    if (from !== to) this.#ports.onSwitch({ from, to, by });
  }

  /** Another process may have promoted a version, or rolled back. */
  follow(shelf: PolicyShelf): void {
    const task = this.#task;
    try {
      const { active } = shelf.promotions(task);
      const wanted = active === null ? null : `${task}/${active}`;
      if (wanted !== (this.#learned?.version ?? null)) {
        this.steer(active === null ? null : shelf.check(task, active), whoSteers(shelf, task, active));
      }
      this.compareStored();
    } catch (error) {
      const { message, ...info } = toErrorInfo(error);
      this.#hasProblem({ ...info, message: `${message} ${this.name} steers in its place.` });
    }
  }

  /** A policy steers from memory: what becomes of its file counts when the agent starts anew, and is told before. */
  compareStored(): void {
    const why = this.#whyNotAsStored();
    if (why === null) {
      this.#problem = null;
      return;
    }
    this.#hasProblem({
      code: 'model-invalid',
      message: `${this.#learned?.version} steers on as it was loaded, but ${why}.`,
      remedy: 'Promote another version before the agent starts anew, or put the file back.',
    });
  }

  #whyNotAsStored(): string | null {
    const name = this.#learned?.version;
    if (name === undefined) return null;
    const stored = this.#ports.models().find(({ task, version }) => `${task}/${version}` === name);
    if (!stored) return 'it is gone from the store';
    if (stored.problem !== null) return `it is damaged (${stored.problem})`;
    this.#origin ??= originOf(stored);
    return originOf(stored) === this.#origin ? null : 'the store holds another by that name';
  }

  /** The same problem is told once. */
  #hasProblem(problem: ErrorInfo): void {
    if (problem.message !== this.#problem?.message) this.#ports.onProblem(problem);
    this.#problem = problem;
  }
}

/** What does not change when a policy is evaluated, or another one promoted. */
function originOf({ algorithm, createdAtMs, codeVersion, seed, steps }: ModelVersion): string {
  return [algorithm, createdAtMs, codeVersion, seed, steps].join(' ');
}

/** Who has let a policy steer that this agent was not asked about. */
function whoSteers(shelf: PolicyShelf, task: TaskName, active: number | null): string {
  const { steers, reason, version } = shelf.defaultOf(task);
  return active !== null && active === version ? `Coxswain’s default, ${steers}: ${reason}` : OUTSIDE;
}
