import {
  type Change,
  CoxswainError,
  type DefaultSteering,
  type ErrorInfo,
  type Mode,
  type ModelVersion,
  type ParsedParams,
  type Result,
  TaskName,
  toErrorInfo,
} from '../protocol';
import type { LearnedPace } from '../tasks/canary/pace/learnedPace';
import type { LearnedHeal } from '../tasks/heal/policies/learned';
import type { LearnedScale } from '../tasks/scale/live/policies/learnedScale';
import type { PolicyShelf } from './policyShelf';
import { TaskSteering } from './taskSteering';

export interface ModelsOptions {
  /** Something was stored, promoted or taken away since the last call, by whomever. Cheap: it is asked all the time. */
  hasChanged(): boolean;
  /** Loaded when there is something to load: an agent without learned policies does not pay for their code. */
  openShelf(): Promise<PolicyShelf>;
  /** In which tasks run, or will once a cluster is connected. */
  mode(): Mode;
  /** What steers a task where no policy is promoted, for example `runbook 1`. */
  rule(task: TaskName): string;
  /** Whether policies have come with Coxswain. Cheap. */
  hasShipped(): boolean;
  /** Whether one of them steers as long as nobody has promoted anything. Cheap. */
  steersByDefault(): boolean;
  publish(change: Change): void;
  /** Another policy steers a task from now on. */
  onSwitch(event: Switch): void;
  /** A policy that should steer cannot; the one before goes on. */
  onProblem(error: ErrorInfo): void;
}

export interface Switch {
  task: TaskName;
  from: string;
  to: string;
  by: string;
}

/** How often the store is looked at for what other processes have done, wall time. */
const LOOK_MS = 2000;

/** The learned policies in the store, and those that steer. Everything is done one after the other. */
export class Models {
  readonly #options: ModelsOptions;
  #shelf: PolicyShelf | null = null;
  #models: readonly ModelVersion[] = [];
  readonly #steering: { readonly [Task in TaskName]: TaskSteering<Task> };
  /** Why the store could not be read at the last look; null where it could. */
  #unreadableWhy: string | null = null;
  /** The store has changed, and what it holds now could not be read. */
  #isBehind = false;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ModelsOptions) {
    this.#options = options;
    this.#steering = {
      heal: new TaskSteering('heal', this.#steeringPorts('heal')),
      scale: new TaskSteering('scale', this.#steeringPorts('scale')),
      canary: new TaskSteering('canary', this.#steeringPorts('canary')),
    };
  }

  /** What steers healing in place of the config's rule, or null. */
  get learnedHeal(): LearnedHeal | null {
    return this.#steering.heal.learned;
  }

  /** What steers scaling in place of the config's rule, or null. */
  get learnedScale(): LearnedScale | null {
    return this.#steering.scale.learned;
  }

  /** What sets the pace of releases in place of the config's rule, or null. */
  get learnedCanary(): LearnedPace | null {
    return this.#steering.canary.learned;
  }

  /** Why a promoted policy does not steer, or null where all do. */
  get problem(): ErrorInfo | null {
    const { heal, scale, canary } = this.#steering;
    return heal.problem ?? scale.problem ?? canary.problem;
  }

  /**
   * A version that decides beside the one that steers.
   *
   * @param name as people write it: `scale/3`, `3`, `scale/shipped-36-ppo`
   * @throws CoxswainError where it cannot
   */
  loadScale(name: string): Promise<LearnedScale> {
    return this.#inTurn(async () => {
      const shelf = await this.#openShelf();
      return shelf.check('scale', shelf.versionNamed('scale', name.replace(/^scale\//, '')));
    });
  }

  /** Resolves once it is known which policy steers. */
  async open(): Promise<void> {
    await this.#look();
    // They may take their time to be shown, but one that is to steer has to.
    this.#isBehind ||= this.#options.hasShipped();
    if (this.#options.steersByDefault()) await this.#look();
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Every version of every task, read anew. */
  list(): Promise<readonly ModelVersion[]> {
    return this.#inTurn(async () => {
      await this.#refresh();
      return this.#models;
    });
  }

  /** @throws CoxswainError `not-found` */
  get({ task, version }: { task: TaskName; version: number }): ModelVersion {
    const model = this.#models.find((candidate) => candidate.task === task && candidate.version === version);
    if (model) return model;
    throw new CoxswainError(
      'not-found',
      `There is no policy ${task}/${version}.`,
      'Look at `coxswain model list`.',
    );
  }

  /** Checks the version in full before anything changes. @throws CoxswainError where it cannot steer */
  promote(params: ParsedParams<'promoteModel'>, by: string): Promise<Result<'promoteModel'>> {
    const { task, version } = params;
    return this.#inTurn(async () => {
      this.#requireConfirmation(params);
      const shelf = await this.#openShelf();
      shelf.check(task, version);
      const before = this.#steersNow(task);
      // A shipped one becomes a version of the store.
      const own = shelf.promote(task, version);
      this.#switch(task, own, shelf, by);
      return { model: this.get({ task, version: own }), text: meaning(task, `${task}/${own}`, before) };
    });
  }

  /** To what steered before, a version or the rule. @throws CoxswainError where there is no way back */
  rollback(
    { task, toRule = false }: ParsedParams<'rollbackModel'>,
    by: string,
  ): Promise<Result<'rollbackModel'>> {
    return this.#inTurn(async () => {
      const shelf = await this.#openShelf();
      const { active, previous } = shelf.promotions(task);
      const version = toRule ? null : previous;
      // A roll back that undoes one to the rule is a promotion.
      if (active === null && version !== null) this.#requireConfirmation({ task, version });
      if (version !== null) shelf.check(task, version);
      const before = this.#steersNow(task);
      shelf.rollback(task, { toRule });
      this.#switch(task, version, shelf, by);
      const model = version === null ? null : this.get({ task, version });
      const to = version === null ? this.#ruleOf(task) : `${task}/${version}`;
      return { model, text: meaning(task, to, before) };
    });
  }

  #look(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#options.hasChanged()) this.#isBehind = true;
      if (!this.#isBehind) return;
      await this.#refresh();
      this.#isBehind = false;
    }).catch((error: unknown) => this.#unreadable(toErrorInfo(error)));
  }

  async #refresh(): Promise<void> {
    const shelf = await this.#openShelf();
    this.#show(shelf);
    this.#unreadableWhy = null;
    for (const task of TaskName.options) this.#steering[task].follow(shelf);
  }

  /** The store cannot be read: what steers goes on. The same problem is told once. */
  #unreadable(problem: ErrorInfo): void {
    if (problem.message !== this.#unreadableWhy) this.#options.onProblem(problem);
    this.#unreadableWhy = problem.message;
  }

  #requireConfirmation({ task, version, confirmed }: ParsedParams<'promoteModel'>): void {
    if (this.#options.mode() !== 'auto' || confirmed) return;
    throw new CoxswainError(
      'confirmation-needed',
      `In mode auto ${task}/${version} would act by itself at once, within its guard.`,
      'Promote it with a confirmation, or switch to mode approve first and watch what it proposes.',
    );
  }

  /** @param version null for the rule */
  #switch(task: TaskName, version: number | null, shelf: PolicyShelf, by: string): void {
    const loaded = <Task extends TaskName>(of: Task) => (version === null ? null : shelf.check(of, version));
    if (task === 'heal') this.#steering.heal.steer(loaded(task), by);
    if (task === 'scale') this.#steering.scale.steer(loaded(task), by);
    if (task === 'canary') this.#steering.canary.steer(loaded(task), by);
    this.#show(shelf);
    this.#steering[task].compareStored();
  }

  #steersNow(task: TaskName): string {
    return this.#steering[task].name;
  }

  #ruleOf(task: TaskName): string {
    return this.#options.rule(task);
  }

  #steeringPorts(task: TaskName) {
    const { rule, onSwitch, onProblem } = this.#options;
    return {
      rule: () => rule(task),
      models: () => this.#models,
      onSwitch: (change: { from: string; to: string; by: string }) => onSwitch({ task, ...change }),
      onProblem,
    };
  }

  #show(shelf: PolicyShelf): void {
    const models = shelf.list();
    for (const task of TaskName.options) {
      const [before, now] = [this.#models, models].map((list) => list.filter((model) => model.task === task));
      if (JSON.stringify(before) === JSON.stringify(now)) continue;
      const change = { kind: 'models', task, models: now ?? [] } as const;
      this.#options.publish({ ...change, ...defaultOf(shelf, task) });
    }
    this.#models = models;
  }

  async #openShelf(): Promise<PolicyShelf> {
    this.#shelf ??= await this.#options.openShelf();
    return this.#shelf;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work);
    this.#turn = next.catch(() => undefined);
    return next;
  }
}

/** Where nobody knows what steers by default, `follow` tells why. */
function defaultOf(shelf: PolicyShelf, task: TaskName): { defaultSteering?: DefaultSteering } {
  try {
    const { steers, reason } = shelf.defaultOf(task);
    return { defaultSteering: { steers, reason } };
  } catch {
    return {};
  }
}

const DOES: Readonly<Record<TaskName, string>> = {
  heal: 'healing',
  scale: 'scaling',
  canary: 'the pace of releases',
};

/** What a switch means, for whoever asked for it. */
function meaning(task: TaskName, to: string, before: string): string {
  return `${to} steers ${DOES[task]} from now on, in place of ${before}.`;
}
