import * as z from 'zod';
import type { Clock } from '../../../clock';
import type { Config } from '../../../config/schema';
import type { Decision, Feedback, ReadyObservation } from '../../../loop/task';
import { CoxswainError, errorText, type JournalEvent, type Mode, toErrorInfo } from '../../../protocol';
import type { HealFacts } from '../facts';
import type { LearnedHeal } from '../policies/learned';
import { seenUnder } from '../policies/learned';
import { healReward } from '../reward';
import { HEAL_RICH } from '../rich/richSpec';
import { actionIndex } from '../workloadMemory';
import type { ExperienceStore, Transition } from './experienceStore';
import type { LearnResult } from './learn';
import { hasPassed, looksOf, ShadowScore, ShadowTrial } from './shadowTrial';
import { TransitionRecorder } from './transitionRecorder';

export interface OnlineLearnerPorts {
  clock: Clock;
  config(): Config;
  /** Opened when there is something to store. */
  experience(): ExperienceStore;
  mode(): Mode;
  /** The learned policy that steers, or null. */
  steering(): LearnedHeal | null;
  /** A stored one. @throws CoxswainError `not-found` */
  policy(version: string): Promise<LearnedHeal>;
  learn(version: number): Promise<LearnResult>;
  /** Through the same door as a person's promotion. @throws CoxswainError */
  promote(version: number, by: string): Promise<void>;
  record(event: JournalEvent): void;
}

/** Cluster time between two looks at what is due. */
const TICK_MS = 60_000;
/** Fewer transitions tell nothing, whoever asks. */
const LEAST_TRANSITIONS = 50;
/** Nor do fewer looks in shadow. */
const LEAST_SHADOW_LOOKS = 100;
export const ONLINE_LEARNING = 'online learning';

/** What has to be known after a new start. */
const Note = z.object({
  learnedAtMs: z.number().nullable(),
  trial: z
    .object({
      candidate: z.number().int(),
      /** What steers while it is tried. */
      base: z.string(),
      startedAtMs: z.number(),
      score: ShadowScore,
      /** It has passed, and a person was asked to promote it. */
      asked: z.boolean(),
    })
    .nullable(),
});
type Note = z.infer<typeof Note>;

/**
 * Learning from the live cluster, off by default. Experience is stored; now and then a copy of the policy that steers
 * is fine-tuned on it; a copy that is not worse in replay and in the simulator then decides in shadow beside it; and
 * one that was not worse there either is promoted, or, in mode `auto`, proposed for promotion. A roll back is the usual
 * one. One thing at a time.
 */
export class OnlineLearner {
  readonly #ports: OnlineLearnerPorts;
  readonly #recorders = new Map<string, TransitionRecorder>();
  #trial: ShadowTrial | null = null;
  #note: Note | null = null;
  #learning: Promise<string> | null = null;
  #cancelTick: () => void = () => undefined;
  #isClosed = false;

  constructor(ports: OnlineLearnerPorts) {
    this.#ports = ports;
    this.#scheduleTick();
  }

  /** What healing sees, once per look. */
  looked(workloadId: string, observation: ReadyObservation<HealFacts>, nowMs: number): void {
    if (!this.#isEnabled()) return;
    const recorder = this.#recorders.get(workloadId) ?? new TransitionRecorder(HEAL_RICH.name, workloadId);
    this.#recorders.set(workloadId, recorder);
    const { total } = healReward(observation.facts, { kind: 'none' });
    const transition = recorder.look(seenUnder(HEAL_RICH.name, observation).values, total, nowMs);
    if (transition) this.#store([withActionCost(transition, observation)]);
  }

  decided(
    workloadId: string,
    observation: ReadyObservation<HealFacts>,
    decision: Decision,
    nowMs: number,
  ): void {
    this.#trial?.decided(workloadId, observation, decision, nowMs);
  }

  feedback(workloadId: string, feedback: Feedback): void {
    if (feedback.kind === 'acted') this.#recorders.get(workloadId)?.acted(actionIndex(feedback.action));
    this.#trial?.feedback(workloadId, feedback);
  }

  forget(workloadId: string): void {
    this.#recorders.delete(workloadId);
  }

  /** @returns how many there are now */
  add(transitions: readonly Transition[]): number {
    this.#ports.experience().add(transitions);
    return this.#ports.experience().count();
  }

  /**
   * Fine-tunes now, whatever the schedule says; what comes of it takes over by the same rules.
   *
   * @returns what came of it, in words
   * @throws CoxswainError `conflict` while one runs, `not-found` where no learned policy steers, `usage` without enough
   *   experience
   */
  learnNow(): Promise<string> {
    if (this.#learning) {
      throw new CoxswainError(
        'conflict',
        'A fine-tuning is running.',
        'Wait until it is done; the journal tells.',
      );
    }
    const version = this.#steeringVersion();
    if (version === null) {
      throw new CoxswainError(
        'not-found',
        'No learned policy steers healing, so that there is none to fine-tune.',
        'Promote one with `coxswain model promote heal <version>`.',
      );
    }
    const count = this.#ports.experience().count();
    if (count < LEAST_TRANSITIONS) {
      throw new CoxswainError(
        'usage',
        `${count} transitions are stored, and fewer than ${LEAST_TRANSITIONS} tell nothing.`,
        'Switch on heal.onlineLearning and wait, or add experience with POST /update.',
      );
    }
    this.#learning = this.#learn(version).finally(() => {
      this.#learning = null;
    });
    return this.#learning;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTick();
    if (this.#note?.trial) this.#write(this.#note);
  }

  /** What is due. Also called by tests, step by step. */
  async tick(): Promise<void> {
    if (!this.#isEnabled() || this.#learning) return;
    const note = this.#read();
    if (note.trial) {
      await this.#followTrial(note.trial);
      return;
    }
    const { every, minTransitions } = this.#ports.config().heal.onlineLearning;
    const isDue = note.learnedAtMs === null || this.#nowMs() - note.learnedAtMs >= every;
    if (!isDue || this.#steeringVersion() === null) return;
    if (this.#ports.experience().count() < Math.max(LEAST_TRANSITIONS, minTransitions)) return;
    await this.learnNow();
  }

  async #learn(version: number): Promise<string> {
    const { candidate, text } = await this.#ports.learn(version).catch((error: unknown) => {
      // What has failed now will fail in a minute too.
      if (!this.#isClosed) this.#write({ ...this.#read(), learnedAtMs: this.#nowMs() });
      throw error;
    });
    if (this.#isClosed) return text;
    const trial =
      candidate === null
        ? null
        : {
            ...{ candidate, base: `heal/${version}`, startedAtMs: this.#nowMs() },
            ...{ score: { agreed: 0, better: 0, worse: 0 }, asked: false },
          };
    this.#write({ learnedAtMs: this.#nowMs(), trial });
    this.#tell(text);
    this.#trial = null;
    if (trial) await this.#beginTrial(trial);
    return text;
  }

  async #beginTrial({ candidate, score }: NonNullable<Note['trial']>): Promise<void> {
    const policy = await this.#ports.policy(`heal/${candidate}`);
    this.#trial = new ShadowTrial(policy, this.#ports.config, (id, text) => this.#tell(text, id), score);
  }

  async #followTrial(trial: NonNullable<Note['trial']>): Promise<void> {
    const name = `heal/${trial.candidate}`;
    const steering = this.#ports.steering()?.version;
    if (steering !== trial.base) {
      const text =
        steering === name ? `${name} steers now` : `${trial.base}, beside which it was tried, steers no more`;
      this.#endTrial(`the trial of ${name} is over: ${text}`);
      return;
    }
    try {
      if (!this.#trial) await this.#beginTrial(trial);
    } catch (error) {
      this.#endTrial(`the trial of ${name} is over: ${errorText(toErrorInfo(error))}`);
      return;
    }
    const score = this.#trial?.score ?? trial.score;
    const { shadowFor } = this.#ports.config().heal.onlineLearning;
    // Without looks, as while no agent runs, time alone has shown nothing.
    if (this.#nowMs() - trial.startedAtMs < shadowFor || looksOf(score) < LEAST_SHADOW_LOOKS) {
      this.#write({ ...this.#read(), trial: { ...trial, score } });
      return;
    }
    if (!trial.asked) await this.#conclude({ ...trial, score });
  }

  async #conclude(trial: NonNullable<Note['trial']>): Promise<void> {
    const name = `heal/${trial.candidate}`;
    const { agreed, better, worse } = trial.score;
    const figures = `${agreed} looks in agreement, ${better} disagreements that spoke for it and ${worse} against`;
    if (!hasPassed(trial.score)) {
      this.#endTrial(`${name} is not promoted, for it did worse in shadow: ${figures}`);
      return;
    }
    if (this.#ports.mode() === 'auto') {
      this.#write({ ...this.#read(), trial: { ...trial, asked: true } });
      this.#tell(
        `${name} was not worse in shadow (${figures}); in mode auto a person promotes it: coxswain model promote heal ${trial.candidate} --yes`,
      );
      return;
    }
    await this.#ports.promote(trial.candidate, ONLINE_LEARNING);
    this.#endTrial(
      `${name} was not worse in shadow (${figures}) and steers in place of ${trial.base}; back with: coxswain model rollback heal`,
    );
  }

  #endTrial(text: string): void {
    this.#trial = null;
    // From here on there is new experience to wait for.
    this.#write({ learnedAtMs: this.#nowMs(), trial: null });
    this.#tell(text);
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

  #steeringVersion(): number | null {
    const version = Number(/^heal\/(\d+)$/.exec(this.#ports.steering()?.version ?? '')?.[1]);
    return Number.isInteger(version) ? version : null;
  }

  /** Experience that cannot be stored is lost; healing goes on. */
  #store(transitions: readonly Transition[]): void {
    try {
      this.#ports.experience().add(transitions);
    } catch (error) {
      this.#tellOnce(`experience is not stored: ${errorText(toErrorInfo(error))}`);
    }
  }

  #read(): Note {
    this.#note ??= parseNote(this.#ports.experience().readNote());
    return this.#note;
  }

  #write(note: Note): void {
    this.#note = note;
    this.#ports.experience().writeNote(JSON.stringify(note));
  }

  #tell(text: string, workloadId: string | null = null): void {
    if (!this.#isClosed)
      this.#ports.record({ kind: 'warning', workloadId, text: `${ONLINE_LEARNING}: ${text}` });
  }

  #told = '';
  #tellOnce(text: string): void {
    if (text !== this.#told) this.#tell(text);
    this.#told = text;
  }

  #isEnabled(): boolean {
    return this.#ports.config().heal.onlineLearning.enabled;
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs();
  }
}

/** As the reward of a step in which something was done. */
function withActionCost(transition: Transition, { facts }: ReadyObservation<HealFacts>): Transition {
  if (transition.action === 0) return transition;
  const acted = healReward(facts, { kind: 'scale', from: 0, to: 1 }).terms.action ?? 0;
  return { ...transition, reward: transition.reward + acted };
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
