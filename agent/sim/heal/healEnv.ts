import { discreteAction } from '../../rl/env/action';
import type { BoxSpace, DiscreteSpace, EnvAction, StepResult } from '../../rl/env/env';
import { type RewardTermsEnv, weightedSum } from '../../rl/env/rewardTerms';
import { parseEnvOptions } from '../envOptions';
import { Random } from '../random';
import { SERVING } from './conditions';
import { HealDeployment } from './deployment';
import { HealOptions } from './healOptions';
import { HARMS, judgeDrain, judgeRestart, judgeScaleDown, judgeScaleUp, UNNEEDED } from './judgement';
import { HealLedger } from './ledger';
import { HealMemory } from './memory';
import { HEAL_9_FIELDS, HEAL_39_FIELDS, writeHeal9, writeHeal39 } from './observation';
import { MAX_PODS } from './pods';
import { drawScenario, HealScenario } from './scenario';
import { TICKS_PER_DECISION } from './tick';
import { HealView } from './view';

/** Indices of the action space. */
export const DO_NOTHING = 0;
export const RESTART_POD = 1;
export const SCALE_UP = 2;
export const SCALE_DOWN = 3;
export const DRAIN_POD = 4;

const REWARD_TERMS = ['violations', 'actions', 'replicas', 'harmful', 'unneeded'] as const;
const VIOLATIONS = 0;
const ACTIONS = 1;
const REPLICAS = 2;
const HARMFUL = 3;
const UNNEEDED_ACTIONS = 4;

/** @throws CoxswainError `config-invalid` */
export function createHealEnv(options: unknown = {}): HealEnv {
  return new HealEnv(parseEnvOptions('heal', HealOptions, options));
}

/**
 * One Deployment of 3 to 10 replicas to which something happens, or nothing (seed 002): every 15 s one of five
 * actions, at most one a minute. An action inside that minute, an impossible one, or one that the guard would deny for
 * taking the last ready pod, is no action and costs nothing; `info` counts them.
 *
 * `restart-pod` deletes the pod of the highest `restartScore`, `drain-pod` takes the serving pod that stands out most
 * out of its Service for five minutes, `scale-up` adds a quarter of the replicas as the runbook does, `scale-down`
 * takes one away.
 *
 * The reward is Σ weight · term: the share of requests that fail or miss the latency objective, actions, replicas
 * above the usual number, and what only a simulation knows, harmful and unneeded actions. The objective is the same
 * without the latter two.
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
  readonly memory = new HealMemory();
  /** The pod that the next action is to fall on, in place of the one that stands out; −1 for none. For the oracle. */
  aim = -1;

  /** Magnitudes of the terms. */
  readonly rewardWeights: Float32Array;
  readonly #options: HealOptions;
  readonly #ledger = new HealLedger();
  readonly #result: StepResult = { reward: 0, terminated: false, truncated: false };
  #random = new Random(0);
  #steps = 0;
  #violated = 0;
  #failed = 0;

  constructor(options: HealOptions) {
    this.#options = options;
    this.rewardWeights = Float32Array.from(REWARD_TERMS, (term) => options.weights[term]);
    this.spec = options.spec;
    const fields = options.spec === 'heal/9' ? HEAL_9_FIELDS : HEAL_39_FIELDS;
    this.observationSpace = { kind: 'box', fields };
    this.observation = new Float32Array(fields.length);
    this.deployment = new HealDeployment(this.scenario, this.#random);
    this.view = new HealView(this.deployment.pods);
  }

  reset(seed: number): void {
    this.#random = new Random(seed);
    drawScenario(this.scenario, this.#options, this.#random);
    this.deployment.reset(this.#random);
    this.view.reset(this.scenario, this.deployment.traffic);
    this.memory.reset();
    this.#ledger.reset();
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
    this.#advance();
    this.#observe();
    this.#reward();
    this.#steps++;
    this.#result.truncated = this.#steps >= this.#options.steps;
    return this.#result;
  }

  info(): Readonly<Record<string, number>> {
    return this.#ledger.info(this.deployment.now, this.scenario);
  }

  #act(action: number): void {
    if (action === DO_NOTHING) return;
    if (!this.memory.canAct(this.view.now)) {
      this.#ledger.suppressed++;
      return;
    }
    const verdict = this.#carryOut(action);
    if (verdict === null) {
      this.#ledger.refused++;
      return;
    }
    this.memory.acted(action, this.view);
    this.#ledger.actions++;
    this.terms[ACTIONS] = -1;
    if (verdict === HARMS) {
      this.#ledger.harmful++;
      this.terms[HARMFUL] = -1;
    } else if (verdict === UNNEEDED) {
      this.#ledger.unneeded++;
      this.terms[UNNEEDED_ACTIONS] = -1;
    }
  }

  /** @returns what the action is worth; null where it was not carried out */
  #carryOut(action: number): number | null {
    const { view, aim } = this;
    if (action === RESTART_POD) return this.#restart(aim >= 0 ? aim : view.worstPod());
    if (action === DRAIN_POD) return this.#drain(aim >= 0 ? aim : view.worstServing());
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
    if (this.deployment.wanted <= 1) return null;
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
    for (let tick = 0; tick < TICKS_PER_DECISION; tick++) {
      deployment.tick();
      requests += traffic.rate;
      violated += traffic.rate * pods.violatedShare;
      failed += traffic.rate * pods.failedShare;
      this.#ledger.tick(
        deployment.now,
        traffic.rate,
        pods.violatedShare,
        pods.failedShare,
        deployment.wanted,
        scenario,
      );
    }
    this.#violated = requests > 0 ? violated / requests : 0;
    this.#failed = requests > 0 ? failed / requests : 0;
  }

  #observe(): void {
    const { deployment, view, memory } = this;
    const { crashes, youngCrashes } = deployment.pods;
    view.look(deployment, this.scenario, this.#failed, this.#random);
    memory.look(view, crashes, youngCrashes);
    if (this.spec === 'heal/9') writeHeal9(view, this.observation);
    else writeHeal39(view, memory, this.observation);
  }

  #reward(): void {
    const { terms, rewardWeights } = this;
    terms[VIOLATIONS] = -this.#violated;
    terms[REPLICAS] = -Math.max(0, this.deployment.wanted - this.scenario.baseReplicas);
    const judged = weightedSum(rewardWeights, terms, 0);
    const told =
      (rewardWeights[HARMFUL] as number) * (terms[HARMFUL] as number) +
      (rewardWeights[UNNEEDED_ACTIONS] as number) * (terms[UNNEEDED_ACTIONS] as number);
    this.#result.reward = judged;
    this.objective = judged - told;
  }
}
