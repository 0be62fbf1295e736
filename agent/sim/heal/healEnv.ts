import { discreteAction } from '../../rl/env/action';
import type { BoxSpace, DiscreteSpace, EnvAction, StepResult } from '../../rl/env/env';
import { type RewardTermsEnv, weightedSum } from '../../rl/env/rewardTerms';
import { RichMemory } from '../../tasks/heal/rich/richMemory';
import { writeRich } from '../../tasks/heal/rich/writeRich';
import { HEAL_9 } from '../../tasks/heal/spec';
import { parseEnvOptions } from '../envOptions';
import { Random } from '../random';
import { DO_NOTHING, DRAIN_POD, RESTART_POD, SCALE_UP } from './actions';
import { HEALTHY, SERVING } from './conditions';
import { HealDeployment } from './deployment';
import { HealOptions } from './healOptions';
import { HARMS, judgeDrain, judgeRestart, judgeScaleDown, judgeScaleUp, UNNEEDED } from './judgement';
import { HealLedger, isOutage } from './ledger';
import { HEAL_9_FIELDS, HEAL_RICH_FIELDS, writeHeal9 } from './observation';
import { MAX_PODS } from './pods';
import { Reverts } from './reverts';
import { RunbookRules } from './runbookRules';
import { drawScenario, HealScenario } from './scenario';
import { EPISODE_SECONDS, TICK_SECONDS, TICKS_OF_AVERAGES, TICKS_OF_EVENTS } from './tick';
import { TUNED_RUNBOOKS } from './tunedRunbooks';
import { HealView } from './view';

export { DO_NOTHING, DRAIN_POD, RESTART_POD, SCALE_DOWN, SCALE_UP } from './actions';

const REWARD_TERMS = ['violations', 'outage', 'actions', 'replicas', 'harmful', 'unneeded'] as const;
const VIOLATIONS = 0;
const OUTAGE = 1;
const ACTIONS = 2;
const REPLICAS = 3;
const HARMFUL = 4;
const UNNEEDED_ACTIONS = 5;

/** @throws CoxswainError `config-invalid` */
export function createHealEnv(options: unknown = {}): HealEnv {
  return new HealEnv(parseEnvOptions('heal', HealOptions, options));
}

/** Shares and replicas are rewarded by intervals of this, however often decisions are made. */
const REWARD_SECONDS = 15;

/**
 * One Deployment of 3 to 10 replicas to which something happens, or nothing (seed 002): every 5 s, with averages every
 * 15 s, one of five actions, at most one a minute. No action, which costs nothing and is counted by `info`, is one
 * inside that minute, an impossible one, and what the live agent would not do: take the last ready pod, restart or drain
 * a pod that does not stand out of a workload that looks healthy, go below the usual number of replicas.
 *
 * `restart-pod` deletes the pod of the highest `restartScore`, `drain-pod` takes the serving pod that stands out most
 * out of its Service for five minutes, `scale-up` adds a quarter of the replicas as the runbook does, `scale-down`
 * takes one away. A drain or a scaling after which things got worse is taken back as by the live gate.
 *
 * The reward is Σ weight · term: the share of requests that fail or miss the latency objective, whether an objective is
 * missed at all, which is what recovery times are made of, actions, replicas above the usual number, and what only a
 * simulation knows, harmful and unneeded actions. The objective is the same without the latter two. All but actions
 * count per 15 s.
 */
export class HealEnv implements RewardTermsEnv {
  readonly spec: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: DiscreteSpace = {
    kind: 'discrete',
    labels: ['none', 'restart-pod', 'scale-up', 'scale-down', 'drain-pod'],
  };
  readonly observation: Float32Array;
  readonly rewardTerms = REWARD_TERMS;
  readonly terms = new Float32Array(REWARD_TERMS.length);
  objective = 0;

  /** The truth, for tests and for the oracle; a policy looks at `view` and `memory` alone. */
  readonly scenario = new HealScenario();
  readonly deployment: HealDeployment;
  readonly view: HealView;
  readonly memory = new RichMemory();
  /** The pod that the next action is to fall on, in place of the one that stands out; −1 for none. For the oracle. */
  aim = -1;

  /** Magnitudes of the terms. */
  readonly rewardWeights: Float32Array;
  readonly #options: HealOptions;
  readonly #ledger = new HealLedger();
  readonly #reverts = new Reverts();
  /** Whose advice is told. */
  readonly #advisor: RunbookRules;
  readonly #ticks: number;
  readonly #limit: number;
  readonly #result: StepResult = { reward: 0, terminated: false, truncated: false };
  #random = new Random(0);
  #steps = 0;
  #violated = 0;
  #failed = 0;
  /** Share of the time. */
  #outage = 0;

  constructor(options: HealOptions) {
    this.#options = options;
    this.rewardWeights = Float32Array.from(REWARD_TERMS, (term) => options.weights[term]);
    this.spec = options.spec;
    const fields = options.spec === HEAL_9.name ? HEAL_9_FIELDS : HEAL_RICH_FIELDS;
    this.#advisor = new RunbookRules(TUNED_RUNBOOKS[options.detection]);
    this.#ticks = options.detection === 'events' ? TICKS_OF_EVENTS : TICKS_OF_AVERAGES;
    this.#limit = options.steps ?? EPISODE_SECONDS / (this.#ticks * TICK_SECONDS);
    this.observationSpace = { kind: 'box', fields };
    this.observation = new Float32Array(fields.length);
    this.deployment = new HealDeployment(this.scenario, this.#random);
    this.view = new HealView(this.deployment.pods);
  }

  reset(seed: number): void {
    this.#random = new Random(seed);
    drawScenario(this.scenario, this.#options, this.#random);
    this.deployment.reset(this.#random);
    this.view.reset(this.scenario);
    this.memory.reset();
    this.#ledger.reset();
    this.#reverts.reset();
    this.#advisor.reset();
    this.#steps = 0;
    this.aim = -1;
    this.terms.fill(0);
    this.objective = 0;
    this.#advance();
    this.#observe();
  }

  step(action: EnvAction): StepResult {
    this.terms.fill(0);
    this.#act(discreteAction(this.actionSpace, action));
    this.aim = -1;
    // By the last look, like the action: pods change places.
    this.#reverts.look(this.view, this.deployment);
    this.#advance();
    this.#observe();
    this.#reward();
    this.#steps++;
    this.#result.truncated = this.#steps >= this.#limit;
    return this.#result;
  }

  info(): Readonly<Record<string, number>> {
    const { deployment, scenario } = this;
    return {
      ...this.#ledger.info(deployment.now, scenario),
      harmfulUnreverted: this.#reverts.standing(deployment),
      reverts: this.#reverts.count,
    };
  }

  #act(action: number): void {
    if (action === DO_NOTHING) return;
    if (!this.memory.canAct(this.view.now)) {
      this.#ledger.suppressed++;
      return;
    }
    const target = this.#targetOf(action);
    const uid = target < 0 ? 0 : (this.view.uid[target] as number);
    const { wanted } = this.deployment;
    const verdict = this.#carryOut(action, target);
    if (verdict === null) {
      this.#ledger.refused++;
      return;
    }
    this.memory.acted(action, this.view);
    this.#advisor.acted(action, this.view);
    this.#reverts.acted(action, uid, wanted, verdict === HARMS, this.view);
    this.#ledger.actions++;
    this.terms[ACTIONS] = -1;
    if (verdict === HARMS) {
      this.#ledger.harmful++;
      this.terms[HARMFUL] = -1;
    } else if (verdict === UNNEEDED) {
      this.#ledger.unneeded++;
      this.terms[UNNEEDED_ACTIONS] = -1;
    } else this.#ledger.helped(this.view.now);
  }

  /** The pod that it falls on; −1 for none. */
  #targetOf(action: number): number {
    const { aim, view } = this;
    if (action !== RESTART_POD && action !== DRAIN_POD) return -1;
    if (aim >= 0) return aim;
    const target = action === RESTART_POD ? view.pods.suspect : view.pods.worstServing;
    if (target < 0 || view.health !== HEALTHY) return target;
    const standsOut = view.condition[target] !== SERVING || (view.pods.standsOut[target] as number) >= 1;
    return standsOut ? target : -1;
  }

  /** @returns what the action is worth; null where it was not carried out */
  #carryOut(action: number, target: number): number | null {
    if (action === RESTART_POD) return this.#restart(target);
    if (action === DRAIN_POD) return this.#drain(target);
    return action === SCALE_UP ? this.#scaleUp() : this.#scaleDown();
  }

  #restart(pod: number): number | null {
    if (pod < 0 || this.#isLastServing(pod)) return null;
    const verdict = judgeRestart(this.deployment, this.scenario, pod);
    this.deployment.restart(pod);
    return verdict;
  }

  #drain(pod: number): number | null {
    if (pod < 0 || this.#isLastServing(pod)) return null;
    const verdict = judgeDrain(this.deployment, pod);
    this.deployment.drain(pod);
    return verdict;
  }

  #scaleUp(): number | null {
    const { deployment, view } = this;
    if (deployment.wanted >= MAX_PODS) return null;
    const verdict = judgeScaleUp(deployment);
    deployment.scaleUp(Math.ceil(deployment.wanted / 4));
    view.grownAt = view.now;
    return verdict;
  }

  #scaleDown(): number | null {
    if (this.deployment.wanted <= this.view.base) return null;
    const verdict = judgeScaleDown(this.deployment, this.scenario);
    this.deployment.scaleDown();
    return verdict;
  }

  #isLastServing(pod: number): boolean {
    return this.view.condition[pod] === SERVING && this.deployment.pods.routedCount() <= 1;
  }

  #advance(): void {
    const { deployment, scenario } = this;
    const { pods, traffic } = deployment;
    let requests = 0;
    let violated = 0;
    let failed = 0;
    let outage = 0;
    for (let tick = 0; tick < this.#ticks; tick++) {
      deployment.tick();
      requests += traffic.rate;
      violated += traffic.rate * pods.violatedShare;
      failed += traffic.rate * pods.failedShare;
      if (isOutage(pods)) outage++;
      this.#ledger.tick(deployment, scenario);
    }
    this.#outage = outage / this.#ticks;
    this.#violated = requests > 0 ? violated / requests : 0;
    this.#failed = requests > 0 ? failed / requests : 0;
  }

  #observe(): void {
    const { deployment, view, memory, scenario } = this;
    view.look(deployment, scenario, this.#failed, this.#ticks, this.#random);
    memory.look(view);
    this.#ledger.look(view.now, view.health, scenario);
    if (this.spec === HEAL_9.name) {
      writeHeal9(view, this.observation);
      return;
    }
    view.advice = this.#advisor.look(view, memory);
    writeRich(view, memory, this.observation);
  }

  #reward(): void {
    const { terms, rewardWeights } = this;
    const intervals = (this.#ticks * TICK_SECONDS) / REWARD_SECONDS;
    terms[VIOLATIONS] = -this.#violated * intervals;
    terms[OUTAGE] = -this.#outage * intervals;
    terms[REPLICAS] = -Math.max(0, this.deployment.wanted - this.scenario.baseReplicas) * intervals;
    const judged = weightedSum(rewardWeights, terms, 0);
    const told =
      (rewardWeights[HARMFUL] as number) * (terms[HARMFUL] as number) +
      (rewardWeights[UNNEEDED_ACTIONS] as number) * (terms[UNNEEDED_ACTIONS] as number);
    this.#result.reward = judged;
    this.objective = judged - told;
  }
}
