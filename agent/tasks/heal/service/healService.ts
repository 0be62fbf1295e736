import { CoxswainError, type Proposal, policyText, type Result } from '../../../protocol';
import type { HealService, HealServiceFactory, HealServicePorts } from '../../../server/healService';
import { modelsDirectory } from '../../../server/stateDirectory';
import { explainRelease } from '../../canary/live/explainRelease';
import { predictPace } from '../../canary/live/predictPace';
import { paceRule } from '../../canary/pace/paceRule';
import type { DecisionRow, Explained } from '../../explained';
import { ExperienceStore, type Transition } from '../../online/experienceStore';
import { learnInWorker } from '../../online/learnInWorker';
import type { LearningTask } from '../../online/learnTasks';
import { explainLearnedScale, explainScaleRule, scaleVersionOf } from '../../scale/explain/explainScale';
import { predictScale } from '../../scale/explain/predictScale';
import { ScaleLearning } from '../../scale/online/scaleLearning';
import { HealLearning } from '../online/healLearning';
import { HEAL_LABELS, LEARNED, type LearnedHeal } from '../policies/learned';
import { findDecision } from './decisions';
import { explainLearned, explainRule, learnedVersionOf } from './explain';
import type { HealPolicies } from './policies';
import { checkState, predict, specOfState } from './predict';

export interface HealServiceOptions {
  /** Of the learned policies that come with Coxswain. */
  policiesDirectory: string;
  /** dist/learnWorker.cjs */
  learnWorkerFile: string;
  /** Version of Coxswain, for what is learned. */
  codeVersion: string;
  /** Wall time for measuring, ms. */
  monotonicMs(): number;
}

/** Held-out episodes in the simulator that a candidate plays beside the policy that steers. */
const EPISODES = 200;

/** What people ask of the learned side of `heal`, for one session after the other. */
export function createHealService(options: HealServiceOptions): HealServiceFactory {
  return (ports) => new SessionHealService(options, ports);
}

class SessionHealService implements HealService {
  readonly witness: HealLearning;
  readonly scaleWitness: ScaleLearning;
  readonly #options: HealServiceOptions;
  readonly #ports: HealServicePorts;
  readonly #closing = new AbortController();
  #policies: Promise<HealPolicies> | null = null;
  #experience: ExperienceStore | null = null;

  constructor(options: HealServiceOptions, ports: HealServicePorts) {
    this.#options = options;
    this.#ports = ports;
    const { clock, config, mode, record, promote, learnedHeal, learnedScale } = ports;
    const common = { clock, config, mode, record, experience: () => this.#openExperience() };
    this.witness = new HealLearning({
      ...common,
      steering: learnedHeal,
      policy: (version) => this.#policy(version),
      learn: (version) => this.#learn('heal', version),
      promote: (version, by) => promote({ task: 'heal', version }, by),
    });
    this.scaleWitness = new ScaleLearning({
      ...common,
      steering: learnedScale,
      policy: ports.loadScale,
      learn: (version) => this.#learn('scale', version),
      promote: (version, by) => promote({ task: 'scale', version }, by),
    });
  }

  async explain(params: Parameters<HealService['explain']>[0]): Promise<Result<'explainDecision'>> {
    const row = findDecision(params, this.#ports);
    const told = params.proposalId === undefined ? null : (this.#ports.proposal(params.proposalId) ?? null);
    const explain = await this.#explainer(row, told);
    const startedMs = this.#options.monotonicMs();
    const explained = explain();
    return { explanation: { ...explained, explainedMs: this.#options.monotonicMs() - startedMs } };
  }

  async predict({ task, state }: Parameters<HealService['predict']>[0]): Promise<Result<'predict'>> {
    if (task === 'scale') {
      const { policy: name } = this.#ports.config().scale;
      return predictScale(state, this.#ports.learnedScale(), policyText({ name, version: '1' }));
    }
    if (task === 'canary') {
      const rule = policyText(paceRule(this.#ports.config().canary));
      return predictPace(state, this.#ports.learnedCanary(), rule);
    }
    const steering = this.#ports.learnedHeal();
    const shipped = (await this.#openPolicies()).shipped();
    const rule = policyText({ name: this.#ports.config().heal.policy, version: '1' });
    const named = steering ? `${LEARNED} ${steering.version}` : rule;
    return predict(state, [...(steering ? [steering] : []), ...shipped], named);
  }

  async addExperience(
    { task, transitions }: Parameters<HealService['addExperience']>[0],
    by: string,
  ): Promise<Result<'addExperience'>> {
    if (task !== 'heal') throw noExperienceOf(task);
    const atMs = this.#ports.clock.nowMs();
    const total = this.witness.learner.add(transitions.map((each) => asTransition(each, by, atMs)));
    return { stored: transitions.length, total };
  }

  async learnNow({ task }: Parameters<HealService['learnNow']>[0]): Promise<Result<'learnNow'>> {
    if (task === 'canary') throw learnsNot(task);
    const { learner } = task === 'heal' ? this.witness : this.scaleWitness;
    return { text: await learner.learnNow() };
  }

  close(): void {
    for (const { learner } of [this.witness, this.scaleWitness]) learner.close();
    this.#closing.abort(new Error('the session ends'));
    this.#experience?.close();
    this.#experience = null;
  }

  async #explainer(row: DecisionRow, told: Proposal | null): Promise<() => Explained> {
    switch (row.event.task) {
      case 'scale':
        return this.#scale(row, told);
      case 'canary':
        return () => explainRelease(row, told);
      default:
        return this.#heal(row, told);
    }
  }

  async #heal(row: DecisionRow, told: Proposal | null): Promise<() => Explained> {
    const version = learnedVersionOf(row.event);
    if (version === null) return () => explainRule(row, told);
    const policy = await this.#policy(version);
    return () => explainLearned(row, policy);
  }

  async #scale(row: DecisionRow, told: Proposal | null): Promise<() => Explained> {
    const version = scaleVersionOf(row.event);
    if (version === null) return () => explainScaleRule(row, told);
    const steering = this.#ports.learnedScale();
    const policy = steering?.version === version ? steering : await this.#ports.loadScale(version);
    return () => explainLearnedScale(row, policy);
  }

  /** The one that steers from memory may be gone from the store. @throws CoxswainError `not-found` and others */
  async #policy(version: string): Promise<LearnedHeal> {
    const steering = this.#ports.learnedHeal();
    return steering?.version === version ? steering : (await this.#openPolicies()).named(version);
  }

  #learn(task: LearningTask, version: number) {
    const { stateDirectory } = this.#ports;
    const { policiesDirectory, codeVersion, learnWorkerFile } = this.#options;
    const nowMs = Date.now();
    return learnInWorker(
      learnWorkerFile,
      {
        task,
        stateDirectory,
        policiesDirectory,
        version,
        seed: nowMs % 2 ** 31,
        episodes: EPISODES,
        codeVersion,
        nowMs,
      },
      this.#closing.signal,
    );
  }

  #openPolicies(): Promise<HealPolicies> {
    const { stateDirectory } = this.#ports;
    this.#policies ??= import('./policies').then(({ openHealPolicies }) =>
      openHealPolicies(modelsDirectory(stateDirectory), this.#options.policiesDirectory),
    );
    return this.#policies;
  }

  #openExperience(): ExperienceStore {
    this.#experience ??= new ExperienceStore(this.#ports.stateDirectory);
    return this.#experience;
  }
}

type Added = Parameters<HealService['addExperience']>[0]['transitions'][number];

/** Those of the live loop are within −5…0 (reward.ts): a few of 10⁶ would be all that a critic learns from. */
const MOST_REWARD = 10;

/** @throws CoxswainError `usage` that says what is wrong with it */
function asTransition({ state, nextState, ...rest }: Added, source: string, atMs: number): Transition {
  const spec = specOfState(state);
  checkState(state, spec);
  checkState(nextState, spec);
  if (rest.action >= HEAL_LABELS.length || !(Math.abs(rest.reward) <= MOST_REWARD)) {
    throw new CoxswainError(
      'usage',
      `This is no step of heal: action ${rest.action}, reward ${rest.reward}.`,
      `An action is the index of one of ${HEAL_LABELS.join(', ')}; a reward is a number within −${MOST_REWARD}…${MOST_REWARD}.`,
    );
  }
  return { ...rest, spec: spec.name, state, nextState, source, atMs };
}

function noExperienceOf(task: string): CoxswainError {
  return new CoxswainError(
    'capability-missing',
    `An agent takes no experience of ${task}: only heal learns from what others send.`,
    task === 'scale'
      ? 'Ask for task heal; scaling learns from what its own loop sees, with scale.onlineLearning.'
      : 'Ask for task heal.',
  );
}

function learnsNot(task: string): CoxswainError {
  return new CoxswainError(
    'capability-missing',
    `An agent does not learn ${task} while it runs: only heal and scale are learned online.`,
    `Train it with \`coxswain train --task ${task}\`.`,
  );
}
