import * as z from 'zod';
import type { Clock } from '../../clock';
import type { Config } from '../../config/schema';
import { CoxswainError, errorText, type JournalEvent, type Mode, toErrorInfo } from '../../protocol';
import type { ExperienceStore, Transition } from './experienceStore';
import type { LearnResult } from './learn';
import type { LearningTask } from './learnTasks';
import { LEAST_TRANSITIONS, tooLittleExperience } from './leastExperience';

/** The policy of whose copies candidates are made. */
export interface BasePolicy {
  /** `heal/3`: its task, and its version in the store. */
  version: string;
  /** False where it only decides in shadow, beside a rule: then a person decides on every promotion. */
  steers: boolean;
}

/** A candidate that decides beside what steers, without any effect. */
export interface ShadowTrial {
  /** How it has done so far, as JSON; `createTrial` reads it. */
  readonly score: unknown;
  /** In how many looks it was asked, and judged. */
  readonly looks: number;
  /** Not worse than what steers. */
  readonly hasPassed: boolean;
  /** For people: how it has done. */
  readonly figures: string;
}

export interface OnlineLearnerPorts<Policy, Trial extends ShadowTrial> {
  task: LearningTask;
  clock: Clock;
  settings(): Config['heal']['onlineLearning'];
  /** Opened when there is something to store. */
  experience(): ExperienceStore;
  /** Steps of the task that are stored. */
  count(store: ExperienceStore): number;
  mode(): Mode;
  /** Null where no learned policy steers or decides in shadow. */
  base(): BasePolicy | null;
  /** What to do where there is none. */
  baseRemedy: string;
  /** A stored one, as `heal/4`. @throws CoxswainError `not-found` */
  policy(version: string): Promise<Policy>;
  /** @param score of an earlier run of the agent; what it cannot read, as null in the beginning, begins anew */
  createTrial(candidate: Policy, score: unknown, tell: (text: string, workloadId: string) => void): Trial;
  learn(version: number): Promise<LearnResult>;
  /** Through the same door as a person's promotion. @throws CoxswainError */
  promote(version: number, by: string): Promise<void>;
  record(event: JournalEvent): void;
}

/** Cluster time between two looks at what is due. */
const TICK_MS = 60_000;
/** Fewer looks in shadow tell nothing. */
const LEAST_SHADOW_LOOKS = 100;
export const ONLINE_LEARNING = 'online learning';

/** What has to be known after a new start. */
const Note = z.object({
  learnedAtMs: z.number().nullable(),
  trial: z
    .object({
      candidate: z.number().int(),
      /** Of whose copy it was made. */
      base: z.string(),
      startedAtMs: z.number(),
      score: z.unknown(),
      /** It has passed, and a person was asked to promote it. */
      asked: z.boolean(),
    })
    .nullable(),
});
type Note = z.infer<typeof Note>;
type NotedTrial = NonNullable<Note['trial']>;

/**
 * Learning of one task from the live cluster, off by default. Experience is stored; now and then a copy of the learned
 * policy is fine-tuned on it; a copy that is not worse in replay and in the simulator then decides in shadow beside what
 * steers; and one that was not worse there either is promoted, or proposed for promotion: in mode `auto`, and where a
 * rule steers. A roll back is the usual one. One thing at a time.
 */
export class OnlineLearner<Policy, Trial extends ShadowTrial> {
  readonly #ports: OnlineLearnerPorts<Policy, Trial>;
  #trial: Trial | null = null;
  #note: Note | null = null;
  #learning: Promise<string> | null = null;
  #cancelTick: () => void = () => undefined;
  #isClosed = false;
  #told = '';

  constructor(ports: OnlineLearnerPorts<Policy, Trial>) {
    this.#ports = ports;
    this.#scheduleTick();
  }

  get isEnabled(): boolean {
    return this.#ports.settings().enabled;
  }

  /** The candidate that decides in shadow now. */
  get trial(): Trial | null {
    return this.#trial;
  }

  /** Of the live loop: experience that cannot be stored is lost, and the loop goes on. */
  store(transitions: readonly Transition[]): void {
    if (transitions.length === 0 || this.#isClosed) return;
    try {
      this.#ports.experience().add(transitions);
    } catch (error) {
      this.#tellOnce(`experience is not stored: ${errorText(toErrorInfo(error))}`);
    }
  }

  /** Of people. @returns how many there are now @throws Error of SQLite */
  add(transitions: readonly Transition[]): number {
    this.#ports.experience().add(transitions);
    return this.#count();
  }

  /**
   * Fine-tunes now, whatever the schedule says; what comes of it takes over by the same rules.
   *
   * @returns what came of it, in words
   * @throws CoxswainError `conflict` while one runs, `not-found` without a learned policy, `usage` without enough
   *   experience
   */
  learnNow(): Promise<string> {
    const { task } = this.#ports;
    if (this.#learning) {
      throw new CoxswainError(
        'conflict',
        'A fine-tuning is running.',
        'Wait until it is done; the journal tells.',
      );
    }
    const version = this.#baseVersion();
    if (version === null) {
      throw new CoxswainError(
        'not-found',
        `No learned policy steers ${task}, so that there is none to fine-tune.`,
        this.#ports.baseRemedy,
      );
    }
    const count = this.#count();
    if (count < LEAST_TRANSITIONS) throw tooLittleExperience(count, task);
    this.#learning = this.#learn(version).finally(() => {
      this.#learning = null;
    });
    return this.#learning;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTick();
    const trial = this.#note?.trial;
    if (this.#note && trial) this.#write({ ...this.#note, trial: this.#scored(trial) });
  }

  /** What is due. Also called by tests, step by step. */
  async tick(): Promise<void> {
    if (!this.isEnabled || this.#learning) return;
    const note = this.#read();
    if (note.trial) {
      await this.#followTrial(note.trial);
      return;
    }
    const { every, minTransitions } = this.#ports.settings();
    const isDue = note.learnedAtMs === null || this.#nowMs() - note.learnedAtMs >= every;
    if (!isDue || this.#baseVersion() === null) return;
    if (this.#count() < Math.max(LEAST_TRANSITIONS, minTransitions)) return;
    await this.learnNow();
  }

  async #learn(version: number): Promise<string> {
    const { candidate, text } = await this.#ports.learn(version).catch((error: unknown) => {
      // What has failed now will fail in a minute too.
      if (!this.#isClosed) this.#write({ ...this.#read(), learnedAtMs: this.#nowMs() });
      throw error;
    });
    if (this.#isClosed) return text;
    const base = this.#named(version);
    const trial =
      candidate === null ? null : { candidate, base, startedAtMs: this.#nowMs(), score: null, asked: false };
    this.#write({ learnedAtMs: this.#nowMs(), trial });
    this.#tell(text);
    this.#trial = null;
    if (trial) await this.#beginTrial(trial);
    return text;
  }

  async #beginTrial({ candidate, score }: NotedTrial): Promise<void> {
    const policy = await this.#ports.policy(this.#named(candidate));
    this.#trial = this.#ports.createTrial(policy, score, (text, id) => this.#tell(text, id));
  }

  async #followTrial(noted: NotedTrial): Promise<void> {
    const name = this.#named(noted.candidate);
    const base = this.#ports.base();
    if (base?.version !== noted.base) {
      const text =
        base?.version === name
          ? `${name} ${base.steers ? 'steers' : 'decides in shadow'} now`
          : `${noted.base}, beside which it was tried, ${base === null ? 'is used' : 'steers'} no more`;
      this.#endTrial(`the trial of ${name} is over: ${text}`);
      return;
    }
    try {
      if (!this.#trial) await this.#beginTrial(noted);
    } catch (error) {
      this.#endTrial(`the trial of ${name} is over: ${errorText(toErrorInfo(error))}`);
      return;
    }
    const trial = this.#scored(noted);
    const { shadowFor } = this.#ports.settings();
    // Without looks, as while no agent runs, time alone has shown nothing.
    const looks = this.#trial?.looks ?? 0;
    if (this.#nowMs() - trial.startedAtMs < shadowFor || looks < LEAST_SHADOW_LOOKS) {
      this.#write({ ...this.#read(), trial });
      return;
    }
    if (!trial.asked && this.#trial) await this.#conclude(trial, this.#trial, base);
  }

  async #conclude(noted: NotedTrial, { hasPassed, figures }: Trial, base: BasePolicy): Promise<void> {
    const { task, mode, promote } = this.#ports;
    const name = this.#named(noted.candidate);
    if (!hasPassed) {
      this.#endTrial(`${name} is not promoted, for it did worse in shadow: ${figures}`);
      return;
    }
    const isAuto = mode() === 'auto';
    if (isAuto || !base.steers) {
      this.#write({ ...this.#read(), trial: { ...noted, asked: true } });
      const why = base.steers ? 'in mode auto' : 'where a rule steers';
      const command = `coxswain model promote ${task} ${noted.candidate}${isAuto ? ' --yes' : ''}`;
      this.#tell(`${name} was not worse in shadow (${figures}); ${why} a person promotes it: ${command}`);
      return;
    }
    await promote(noted.candidate, ONLINE_LEARNING);
    this.#endTrial(
      `${name} was not worse in shadow (${figures}) and steers in place of ${noted.base}; back with: coxswain model rollback ${task}`,
    );
  }

  #endTrial(text: string): void {
    this.#trial = null;
    // From here on there is new experience to wait for.
    this.#write({ learnedAtMs: this.#nowMs(), trial: null });
    this.#tell(text);
  }

  #scored(trial: NotedTrial): NotedTrial {
    return { ...trial, score: this.#trial?.score ?? trial.score };
  }

  #scheduleTick(): void {
    this.#cancelTick = this.#ports.clock.schedule(TICK_MS, () => {
      void this.tick()
        .catch((error: unknown) => this.#tell(errorText(toErrorInfo(error))))
        .finally(() => {
          if (!this.#isClosed) this.#scheduleTick();
        });
    });
  }

  #baseVersion(): number | null {
    const [task, version] = (this.#ports.base()?.version ?? '').split('/');
    return task === this.#ports.task && /^\d+$/.test(version ?? '') ? Number(version) : null;
  }

  #named(version: number): string {
    return `${this.#ports.task}/${version}`;
  }

  #count(): number {
    return this.#ports.count(this.#ports.experience());
  }

  #read(): Note {
    this.#note ??= parseNote(this.#ports.experience().readNote(this.#ports.task));
    return this.#note;
  }

  #write(note: Note): void {
    this.#note = note;
    this.#ports.experience().writeNote(this.#ports.task, JSON.stringify(note));
  }

  #tell(text: string, workloadId: string | null = null): void {
    if (!this.#isClosed)
      this.#ports.record({ kind: 'warning', workloadId, text: `${ONLINE_LEARNING}: ${text}` });
  }

  #tellOnce(text: string): void {
    if (text !== this.#told) this.#tell(text);
    this.#told = text;
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs();
  }
}

function parseNote(text: string | null): Note {
  const blank = { learnedAtMs: null, trial: null };
  if (text === null) return blank;
  try {
    return Note.parse(JSON.parse(text));
  } catch {
    // Of another version: a trial is begun anew.
    return blank;
  }
}
