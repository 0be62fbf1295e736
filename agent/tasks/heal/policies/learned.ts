import type { Config } from '../../../config/schema';
import type { Decision, Policy, ReadyObservation, Seen } from '../../../loop/task';
import { type Action, describeAction, toErrorInfo } from '../../../protocol';
import type { HealFacts, PodFacts } from '../facts';
import { decideNothing, decision } from './decision';
import { Futility } from './futility';
import { whyUnfounded } from './outlier';
import { Patience } from './patience';
import { Prevention } from './prevention';
import { createRunbook } from './runbook';
import { whyLeftAlone } from './selfRecovery';
import { isOutlier, worstPod, worstServing } from './worstPod';

/** What a policy of `heal` can choose: the labels of its action space, in its order, and in words. */
export const HEAL_CHOICES = {
  none: 'do nothing',
  'restart-pod': 'restart a pod',
  'scale-up': 'scale up',
  'scale-down': 'scale down',
  'drain-pod': 'drain a pod',
} as const;
export type HealChoice = keyof typeof HEAL_CHOICES;

export const HEAL_LABELS = Object.keys(HEAL_CHOICES) as readonly HealChoice[];

/** A stored policy that was checked and can be asked. It keeps no state, so that all workloads share it. */
export interface LearnedHeal {
  /** `heal/3`: its task, and its version in the store. */
  readonly version: string;
  /** The contract that it observes by; all `values` below are in its order. */
  readonly spec: string;
  /** By so many logits an action has to be above doing nothing. */
  readonly idleMargin: number;
  /** How likely it makes each of `HEAL_LABELS`, in their order; they sum to 1. */
  probabilities(values: readonly number[]): readonly number[];
  /** What an action of that probability is worth: how often such ones have helped, where that was measured. */
  confidence(probability: number): number;
  /** What each field of the observation, or group of fields, adds to the probability of a choice, or takes from it. */
  contributions(values: readonly number[], choice: HealChoice): Decision['contributions'];
  /** How unusual an observation is against those of its training, see `Decision`; null where nobody knows. */
  unusualness(values: readonly number[]): number | null;
}

/**
 * How many logits an action has to be above doing nothing. Two halved the actions of trained policies that nobody
 * needed, for 3 s of recovery time (measured on 1,294 unseen episodes of a prototype). For policies that do not say
 * themselves what they are best with.
 */
export const IDLE_MARGIN_LOGITS = 2;

/** The name of every learned policy; its version says which one. */
export const LEARNED = 'learned';

/**
 * The policy of one workload. It only proposes, under the same guard as every rule. Where the learned policy cannot be
 * asked the runbook decides, and what the policy has no action for is the runbook's too: a pod that was drained comes
 * back, which in training happened by itself. What live clusters have and training has not holds it back: pods that
 * recover by themselves, that cannot start, of which next to nothing is known, or that are not alike.
 */
export function createLearned(learned: LearnedHeal, config: () => Config): Policy<HealFacts> {
  const patience = new Patience();
  const runbook = createRunbook(config);
  const futility = new Futility();
  const prevention = new Prevention(() => config().heal.outlierFactor);
  return {
    name: LEARNED,
    version: learned.version,
    decide(observation, nowMs) {
      // In every look, so that it knows for how long each symptom has lasted when it is needed.
      const ruled = runbook.decide(observation, nowMs);
      const { facts, assessment } = observation;
      const isWell = assessment.health === 'healthy';
      futility.look(facts, nowMs);
      prevention.look(isWell ? facts : null);
      const givenUp = patience.whyGiveUp(observation, config().heal);
      if (givenUp !== null) return decideNothing(givenUp);
      const missing = missingInputs(facts);
      if (missing.length > 0) return inPlaceOf(learned, ruled, `knows no ${missing.join(', ')}`);
      if (facts.desiredReplicas > MOST_REPLICAS)
        return inPlaceOf(
          learned,
          ruled,
          `knows no ${facts.desiredReplicas} replicas, ${MOST_REPLICAS} at most`,
        );
      const whyNotPod = (kind: PodAction, pod: PodFacts) =>
        kind === 'restart-pod'
          ? (whyLeftAlone(pod, nowMs) ??
            futility.whyFutile(pod, facts) ??
            whyDoubtful(pod, facts) ??
            (isWell ? prevention.whyNot(pod.uid, nowMs) : null))
          : whyDoubtful(pod, facts);
      try {
        const decided = decide(learned, observation, config(), whyNotPod);
        return decided.action.kind === 'none' && ruled.action.kind === 'undrain-pod' ? ruled : decided;
      } catch (error) {
        return inPlaceOf(learned, ruled, `could not decide: ${toErrorInfo(error).message}`);
      }
    },
    learn(feedback) {
      patience.learn(feedback);
      if (feedback.kind === 'acted') prevention.acted(feedback.action, feedback.atMs);
      runbook.learn(feedback);
    },
  };
}

/** Counts of pods are cut at ten, and in training there were never more than a few more. */
const MOST_REPLICAS = 12;

type PodAction = 'restart-pod' | 'drain-pod';
/** Why an action is not for that pod; null where it may be. */
type WhyNotPod = (kind: PodAction, pod: PodFacts) => string | null;

/** In training every pod that served had thousands of requests to be judged by. */
function whyDoubtful(pod: PodFacts, facts: HealFacts): string | null {
  return pod.condition.kind === 'serving' ? whyUnfounded(pod, facts) : null;
}

/** In training all of them were known: what a policy makes of the default of a missing one is anybody's guess. */
function missingInputs({ cpuUtilisation, memoryUtilisation, latencyP95Ms, errorRate }: HealFacts): string[] {
  const inputs = {
    avg_cpu: cpuUtilisation,
    avg_memory: memoryUtilisation,
    avg_latency: latencyP95Ms,
    avg_error_rate: errorRate,
  };
  return Object.entries(inputs).flatMap(([name, value]) => (value === null ? [name] : []));
}

const IN_PLACE = 'the runbook, for ';

/** Whether a decision's reason tells that the runbook has decided, for the policy could not. */
export function isInPlaceOf(reason: string): boolean {
  return reason.startsWith(IN_PLACE);
}

function inPlaceOf({ version }: LearnedHeal, ruled: Decision, why: string): Decision {
  return { ...ruled, reason: `${IN_PLACE}${LEARNED} policy ${version} ${why}: ${ruled.reason}` };
}

/** The numbers of a contract. @throws Error where the observation does not tell them */
export function seenUnder(spec: string, { spec: own, values, others }: ReadyObservation<HealFacts>): Seen {
  const seen = [{ spec: own.name, values }, ...others].find((each) => each.spec === spec);
  if (!seen) throw new Error(`nothing is observed by ${spec}`);
  return seen;
}

/** From this unusualness on it is worth telling. */
const UNUSUAL = 1;

function decide(
  learned: LearnedHeal,
  observation: ReadyObservation<HealFacts>,
  config: Config,
  whyNotPod: WhyNotPod,
): Decision {
  const seen = seenUnder(learned.spec, observation);
  const unusual = learned.unusualness(seen.values);
  const decided = decideOn(learned, seen.values, observation, config, whyNotPod);
  const warned =
    unusual === null || unusual < UNUSUAL
      ? ''
      : `; unusual against its training (${unusual.toFixed(1)}× what one in a thousand was)`;
  return {
    ...decided,
    seen,
    reason: `${decided.reason}${warned}`,
    ...(unusual === null ? {} : { outOfDistribution: unusual }),
  };
}

function decideOn(
  learned: LearnedHeal,
  values: readonly number[],
  observation: ReadyObservation<HealFacts>,
  config: Config,
  whyNotPod: WhyNotPod,
): Decision {
  const { facts, assessment } = observation;
  const ranking = rank(learned, values);
  const { best, idle } = ranking;
  const name = `${LEARNED} policy ${learned.version}`;
  const situation = assessment.reason === '' ? 'all objectives are met' : assessment.reason;
  const nothing = (reason: string): Decision => ({
    ...decideNothing(reason),
    confidence: idle.probability,
    alternatives: alternativesTo('none', ranking),
  });

  if (best.probability <= idle.probability) return nothing(`${name} waits: ${situation}`);
  if (Math.log(best.probability / idle.probability) < learned.idleMargin) {
    return nothing(`${name} would rather ${HEAL_CHOICES[best.choice]}, but is not sure enough: ${situation}`);
  }
  const made = toAction(best.choice, observation, config, whyNotPod);
  if (made.kind === 'impossible') {
    return nothing(`${name} would ${HEAL_CHOICES[best.choice]}, but ${made.why}: ${situation}`);
  }
  return decision({
    action: made.action,
    reason: `${name} chooses to ${describeAction(made.action)}: ${situation}${standsOut(made.pod, facts)}`,
    confidence: learned.confidence(best.probability),
    alternatives: alternativesTo(best.choice, ranking),
    contributions: learned.contributions(values, best.choice),
  });
}

interface Ranked {
  choice: HealChoice;
  probability: number;
}

interface Ranking {
  all: readonly Ranked[];
  /** The likeliest of the choices that act. */
  best: Ranked;
  idle: Ranked;
}

function rank(learned: LearnedHeal, values: readonly number[]): Ranking {
  const likely = learned.probabilities(values);
  const all = HEAL_LABELS.map((choice, index) => ({ choice, probability: likely[index] ?? 0 })).sort(
    (a, b) => b.probability - a.probability,
  );
  const never = { choice: 'none', probability: 0 } as const;
  return {
    all,
    best: all.find(({ choice }) => choice !== 'none') ?? never,
    idle: all.find(({ choice }) => choice === 'none') ?? never,
  };
}

function alternativesTo(chosen: HealChoice, { all }: Ranking): Decision['alternatives'] {
  return all
    .filter(({ choice }) => choice !== chosen)
    .map(({ choice, probability }) => ({ text: HEAL_CHOICES[choice], confidence: probability }));
}

type Made = { kind: 'made'; action: Action; pod: PodFacts | null } | { kind: 'impossible'; why: string };

function toAction(
  choice: HealChoice,
  observation: ReadyObservation<HealFacts>,
  config: Config,
  whyNotPod: WhyNotPod,
): Made {
  const { facts } = observation;
  const { desiredReplicas: from } = facts;
  const { outlierFactor } = config.heal;
  switch (choice) {
    case 'none':
      return { kind: 'made', action: { kind: 'none' }, pod: null };
    case 'restart-pod':
      return onPod(choice, worstPod(facts, outlierFactor), observation, outlierFactor, whyNotPod);
    case 'drain-pod':
      return onPod(choice, worstServing(facts, outlierFactor), observation, outlierFactor, whyNotPod);
    case 'scale-up': {
      const { maxReplicas } = config.guard;
      if (from === 0) return { kind: 'impossible', why: 'it was scaled to zero, which is left to people' };
      if (from >= maxReplicas) return { kind: 'impossible', why: `guard.maxReplicas is ${maxReplicas}` };
      // By a quarter, as the runbook, and as it has learned it.
      const to = Math.min(maxReplicas, from + Math.ceil(from / 4));
      return { kind: 'made', action: { kind: 'scale', from, to }, pod: null };
    }
    case 'scale-down': {
      // Healing gives back what it has added, and no more.
      const least = Math.max(config.guard.minReplicas, facts.baseReplicas);
      if (from <= least)
        return { kind: 'impossible', why: `it has no more than the ${least} it should have` };
      return { kind: 'made', action: { kind: 'scale', from, to: from - 1 }, pod: null };
    }
  }
}

function onPod(
  kind: PodAction,
  pod: PodFacts | undefined,
  { facts, assessment }: ReadyObservation<HealFacts>,
  outlierFactor: number,
  whyNotPod: WhyNotPod,
): Made {
  if (!pod) return { kind: 'impossible', why: 'there is no pod for it' };
  // Nothing would ever stop it: a workload that is well afterwards, as before, looks like a success.
  if (assessment.health === 'healthy' && !isOutlier(pod, facts, outlierFactor)) {
    return { kind: 'impossible', why: 'no pod stands out' };
  }
  const whyNot = whyNotPod(kind, pod);
  if (whyNot !== null) return { kind: 'impossible', why: `pod ${pod.name} is left alone, for ${whyNot}` };
  return { kind: 'made', action: { kind, pod: pod.name, podUid: pod.uid }, pod };
}

/** From this multiple of its siblings' median on, a latency is worth telling. */
const NOTABLE_RATIO = 2;

/** What is worth knowing of the pod, or of capacity, beyond what the workload's state says already. */
function standsOut(pod: PodFacts | null, facts: HealFacts): string {
  if (pod === null) return `; CPU ${percent(facts.cpuUtilisation)} of the limit`;
  const { condition, latencyRatio, errorRate, restarts } = pod;
  const parts = [
    condition.kind === 'unready' ? 'not ready' : '',
    latencyRatio !== null && latencyRatio >= NOTABLE_RATIO
      ? `p95 ${latencyRatio.toFixed(1)}× the median of its siblings`
      : '',
    errorRate !== null && errorRate > facts.slo.errorRate ? `errors ${percent(errorRate)}` : '',
    restarts > 0 ? `restarts ${restarts}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `; pod ${pod.name}: ${parts.join(', ')}`;
}

function percent(share: number | null): string {
  return share === null ? 'unknown' : `${(share * 100).toFixed(0)} %`;
}
