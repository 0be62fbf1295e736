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
import { LEARNED, type LearnedHeal } from '../tasks/heal/policies/learned';
import type { PolicyShelf } from './policyShelf';

export interface ModelsOptions {
  /** Something was stored, promoted or taken away since the last call, by whomever. Cheap: it is asked all the time. */
  hasChanged(): boolean;
  /** Loaded when there is something to load: an agent without learned policies does not pay for their code. */
  openShelf(): Promise<PolicyShelf>;
  /** In which the heal task runs, or will once a cluster is connected. */
  mode(): Mode;
  /** What steers healing where no policy is promoted, for example `runbook 1`. */
  rule(): string;
  /** Whether policies have come with Coxswain. Cheap. */
  hasShipped(): boolean;
  /** Whether one of them steers healing as long as nobody has promoted anything. Cheap. */
  steersByDefault(): boolean;
  publish(change: Change): void;
  /** Another policy steers healing from now on. */
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
const OUTSIDE = 'the model store';

/** The learned policies in the store, and the one that steers. Everything is done one after the other. */
export class Models {
  readonly #options: ModelsOptions;
  #shelf: PolicyShelf | null = null;
  #models: readonly ModelVersion[] = [];
  #learnedHeal: LearnedHeal | null = null;
  /** What the stored policy was like that was loaded to steer; null until the store was looked at since. */
  #origin: string | null = null;
  #problem: ErrorInfo | null = null;
  /** The store has changed, and what it holds now could not be read. */
  #isBehind = false;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ModelsOptions) {
    this.#options = options;
  }

  /** What steers healing in place of the config's rule, or null. */
  get learnedHeal(): LearnedHeal | null {
    return this.#learnedHeal;
  }

  /** Why the promoted policy does not steer, or null where it does. */
  get problem(): ErrorInfo | null {
    return this.#problem;
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
      const learned = shelf.check(task, version);
      const before = this.#steering();
      const own = shelf.promote(task, version);
      // A shipped one has become a version of the store.
      this.#switch(task, own === version ? learned : shelf.check(task, own), shelf, by);
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
      const learned = version === null ? null : shelf.check(task, version);
      const before = this.#steering();
      shelf.rollback(task, { toRule });
      this.#switch(task, learned, shelf, by);
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
    }).catch((error: unknown) => this.#hasProblem(toErrorInfo(error)));
  }

  async #refresh(): Promise<void> {
    const shelf = await this.#openShelf();
    this.#show(shelf);
    this.#follow(shelf);
  }

  /** Another process may have promoted a version, or rolled back. */
  #follow(shelf: PolicyShelf): void {
    try {
      const { active } = shelf.promotions('heal');
      const wanted = active === null ? null : `heal/${active}`;
      const isSteering = wanted === (this.#learnedHeal?.version ?? null);
      if (!isSteering)
        this.#steer(active === null ? null : shelf.check('heal', active), whoSteers(shelf, active));
      this.#compareStored();
    } catch (error) {
      const { message, ...info } = toErrorInfo(error);
      this.#hasProblem({ ...info, message: `${message} ${this.#steering()} steers in its place.` });
    }
  }

  /** A policy steers from memory: what becomes of its file counts when the agent starts anew, and is told before. */
  #compareStored(): void {
    const why = this.#whyNotAsStored();
    if (why === null) {
      this.#problem = null;
      return;
    }
    this.#hasProblem({
      code: 'model-invalid',
      message: `${this.#learnedHeal?.version} steers on as it was loaded, but ${why}.`,
      remedy: 'Promote another version before the agent starts anew, or put the file back.',
    });
  }

  #whyNotAsStored(): string | null {
    const name = this.#learnedHeal?.version;
    if (name === undefined) return null;
    const stored = this.#models.find(({ task, version }) => `${task}/${version}` === name);
    if (!stored) return 'it is gone from the store';
    if (stored.problem !== null) return `it is damaged (${stored.problem})`;
    this.#origin ??= originOf(stored);
    return originOf(stored) === this.#origin ? null : 'the store holds another by that name';
  }

  #requireConfirmation({ task, version, confirmed }: ParsedParams<'promoteModel'>): void {
    if (task !== 'heal' || this.#options.mode() !== 'auto' || confirmed) return;
    throw new CoxswainError(
      'confirmation-needed',
      `In mode auto heal/${version} would act by itself at once, within its guard.`,
      'Promote it with a confirmation, or switch to mode approve first and watch what it proposes.',
    );
  }

  #switch(task: TaskName, learned: LearnedHeal | null, shelf: PolicyShelf, by: string): void {
    if (task === 'heal') this.#steer(learned, by);
    this.#show(shelf);
    if (task === 'heal') this.#compareStored();
  }

  #steer(learned: LearnedHeal | null, by: string): void {
    const from = this.#steering();
    this.#problem = null;
    // What steers already is not loaded again: the workloads would go on with the one that they have.
    if (learned !== null && learned.version === this.#learnedHeal?.version) return;
    this.#learnedHeal = learned;
    this.#origin = null;
    const to = this.#steering();
    if (from !== to) this.#options.onSwitch({ task: 'heal', from, to, by });
  }

  /** As the journal calls what steers healing. */
  #steering(): string {
    return this.#learnedHeal ? `${LEARNED} ${this.#learnedHeal.version}` : this.#options.rule();
  }

  #ruleOf(task: TaskName): string {
    return task === 'heal' ? this.#options.rule() : 'the rule';
  }

  /** The same problem is told once. */
  #hasProblem(problem: ErrorInfo): void {
    if (problem.message !== this.#problem?.message) this.#options.onProblem(problem);
    this.#problem = problem;
  }

  #show(shelf: PolicyShelf): void {
    const models = shelf.list();
    for (const task of TaskName.options) {
      const [before, now] = [this.#models, models].map((list) => list.filter((model) => model.task === task));
      if (JSON.stringify(before) === JSON.stringify(now)) continue;
      const change = { kind: 'models', task, models: now ?? [] } as const;
      this.#options.publish(task === 'heal' ? { ...change, ...defaultOf(shelf) } : change);
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

/** What does not change when a policy is evaluated, or another one promoted. */
function originOf({ algorithm, createdAtMs, codeVersion, seed, steps }: ModelVersion): string {
  return [algorithm, createdAtMs, codeVersion, seed, steps].join(' ');
}

/** Where nobody knows what steers by default, `#follow` tells why. */
function defaultOf(shelf: PolicyShelf): { defaultSteering?: DefaultSteering } {
  try {
    const { steers, reason } = shelf.defaultOf('heal');
    return { defaultSteering: { steers, reason } };
  } catch {
    return {};
  }
}

/** Who has let a policy steer that this agent was not asked about. */
function whoSteers(shelf: PolicyShelf, active: number | null): string {
  const { steers, reason, version } = shelf.defaultOf('heal');
  return active !== null && active === version ? `Coxswain’s default, ${steers}: ${reason}` : OUTSIDE;
}

/** What a switch means, for whoever asked for it. */
function meaning(task: TaskName, to: string, before: string): string {
  if (task !== 'heal') return `${to} is promoted. It takes effect when ${task} runs live.`;
  return `${to} steers healing from now on, in place of ${before}.`;
}
