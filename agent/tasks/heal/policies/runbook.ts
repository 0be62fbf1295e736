import type { Config } from '../../../config/schema';
import type { Assessment, Decision, Feedback, Policy } from '../../../loop/task';
import type { Action } from '../../../protocol';
import { describeViolation } from '../assess';
import type { HealFacts, PodFacts } from '../facts';
import { confirmer, type Lasting } from './confirmer';
import { decideNothing, decision } from './decision';
import { Futility } from './futility';
import { Patience } from './patience';
import { Prevention } from './prevention';
import { UNREADY_PATIENCE_MS, whyLeftAlone } from './selfRecovery';
import { cpuWithOneFewer, followSymptoms, type Outlier, type Symptoms } from './symptoms';
import { isOutlier } from './worstPod';

type HealConfig = Config['heal'];

/**
 * The rules an experienced operator would follow, first match wins: give up after tries without effect · replace a
 * pod that cannot stay up, unless a new one would not either · replace a pod that stays unready, or whose node is
 * lost · replace, then drain, a pod that is far worse than its siblings · scale up where all pods are saturated ·
 * return a drained pod · take back what was scaled up. What only metrics show counts once two sets of samples, or one
 * that leaves no doubt, have shown it.
 * The baseline that every learned policy has to beat, and their fallback.
 */
export function createRunbook(config: () => Config): Policy<HealFacts> {
  const confirmed = confirmer();
  const futility = new Futility();
  const patience = new Patience();
  const prevention = new Prevention(() => config().heal.outlierFactor);
  let lastTried: Action['kind'] = 'none';

  return {
    name: 'runbook',
    version: '1',
    decide(observation, nowMs) {
      const { facts, assessment } = observation;
      const rules = config().heal;
      const symptoms = followSymptoms(observation, rules, confirmed, nowMs);
      futility.look(facts, nowMs);
      prevention.look(assessment.health === 'healthy' ? facts : null);
      const givenUp = patience.whyGiveUp(observation, rules);
      if (givenUp !== null) return decideNothing(givenUp);
      const { ineffective } = patience;
      const context: RuleContext = {
        facts,
        assessment,
        rules,
        nowMs,
        symptoms,
        futility,
        prevention,
        lastTried,
        ineffective,
      };
      for (const rule of RULES) {
        const decided = rule(context);
        if (decided) return decided;
      }
      return decideNothing(whyWait(assessment.reason, context));
    },
    learn(feedback: Feedback) {
      if (feedback.kind === 'acted') {
        lastTried = feedback.action.kind;
        prevention.acted(feedback.action, feedback.atMs);
      }
      patience.learn(feedback);
    },
  };
}

interface RuleContext {
  facts: HealFacts;
  assessment: Assessment;
  rules: HealConfig;
  nowMs: number;
  symptoms: Symptoms;
  futility: Futility;
  prevention: Prevention;
  lastTried: Action['kind'];
  ineffective: number;
}

/** Why nothing is done about a workload: all is well, or nothing is certain yet. */
function whyWait(reason: string, { facts, symptoms, futility, rules, nowMs }: RuleContext): string {
  const futile = facts.pods.map((pod) => futility.whyFutile(pod, facts)).find((why) => why !== null);
  if (futile !== undefined) return futile;
  if (reason === '') return 'all objectives are met';
  const stuck = facts.pods.find(({ condition, warning }) => condition.kind === 'pending' && warning !== null);
  if (stuck) return `${reason}; pod ${stuck.name} waits: ${stuck.warning}`;
  const resting = facts.pods.find((pod) => !pod.warming && whyLeftAlone(pod, nowMs) !== null);
  if (resting) return `${reason}; pod ${resting.name} is left alone: ${whyLeftAlone(resting, nowMs)}`;
  const suspect = symptoms.outliers.find(({ lasting }) => lasting !== null);
  if (!suspect) return reason;
  return `${reason}; pod ${suspect.pod.name} stands out and ${whyNotYet(suspect, rules)} before anything is done`;
}

function whyNotYet({ pod, lasting }: Outlier, { confirmFor }: HealConfig): string {
  if (pod.warming) return 'is still warming up';
  const lastsEnough = lasting !== null && lasting.ms >= confirmFor;
  return lastsEnough ? 'has to do so in the next samples too' : `is watched for ${confirmFor / 1000} s`;
}

type Rule = (context: RuleContext) => Decision | null;

const RULES: readonly Rule[] = [crashingPod, unreadyPod, outlierPod, saturation, drainedPod, idle];

function crashingPod({ facts, futility, nowMs }: RuleContext): Decision | null {
  const pod = facts.pods.find(
    (candidate) =>
      candidate.condition.kind === 'crashing' &&
      whyLeftAlone(candidate, nowMs) === null &&
      futility.whyFutile(candidate, facts) === null,
  );
  if (pod?.condition.kind !== 'crashing') return null;
  return decision({
    action: restart(pod),
    reason: `pod ${pod.name}: ${pod.condition.reason}, ${pod.restarts} restarts; its ${facts.readyReplicas} siblings are ready`,
    confidence: 0.95,
    alternatives: [{ text: 'wait for the kubelet’s back-off', confidence: 0.05 }],
    contributions: [
      { name: 'container cannot stay up', value: 0.8 },
      { name: 'restarts', value: Math.min(0.2, pod.restarts * 0.05) },
    ],
  });
}

function unreadyPod({ facts, rules, nowMs }: RuleContext): Decision | null {
  const pod = facts.pods.find(({ condition, warming }) => {
    if (condition.kind !== 'unready') return false;
    // A pod that is warming up on a node that is lost will never be ready.
    if (warming && condition.lostNode === null) return false;
    return nowMs - condition.sinceMs >= Math.max(UNREADY_PATIENCE_MS, rules.confirmFor);
  });
  if (pod?.condition.kind !== 'unready') return null;
  const { lostNode, sinceMs } = pod.condition;
  const seconds = ((nowMs - sinceMs) / 1000).toFixed(0);
  const warned = pod.warning === null ? '' : `; ${pod.warning}`;
  return decision({
    action: restart(pod),
    reason:
      lostNode === null
        ? `pod ${pod.name} runs, is past its time to start, and has not been ready for ${seconds} s${warned}`
        : `pod ${pod.name} is lost: ${lostNode} has not been ready for ${seconds} s, and a new pod can start elsewhere at once`,
    confidence: 0.85,
    alternatives: [{ text: 'wait longer', confidence: 0.15 }],
    contributions: [{ name: 'time unready', value: 0.85 }],
  });
}

/** Where more of the serving pods miss an objective it is no matter of single pods: the tuned share. */
const MOST_VIOLATING = 0.67;

function outlierPod(context: RuleContext): Decision | null {
  const { facts, assessment, rules, nowMs, symptoms, prevention, lastTried, ineffective } = context;
  if (violatingShare(facts) > MOST_VIOLATING) return null;
  // As long as nobody suffers, a pod has to stand out more than by an error or two.
  const counts = (pod: PodFacts) =>
    assessment.health !== 'healthy' ||
    (isOutlier(pod, facts, rules.outlierFactor) && prevention.whyNot(pod.uid, nowMs) === null);
  const [found] = symptoms.outliers
    .filter(({ pod, lasting, plain }) => isConfirmed(lasting, plain, rules) && !pod.warming && counts(pod))
    .toSorted((a, b) => b.evidence - a.evidence);
  if (!found) return null;
  const { pod, evidence } = found;
  const seconds = ((found.lasting?.ms ?? 0) / 1000).toFixed(0);
  const drainFirst = lastTried === 'restart-pod' && ineffective > 0;
  const worst = describeOutlier(pod, facts);
  return decision({
    action: drainFirst ? { kind: 'drain-pod', pod: pod.name, podUid: pod.uid } : restart(pod),
    reason: `${worst}, for ${seconds} s so far; restarts ${pod.restarts}${drainFirst ? '; a restart had no effect' : ''}`,
    confidence: Math.min(0.97, 0.7 + 0.1 * Math.log2(1 + evidence)),
    alternatives: [
      { text: drainFirst ? 'restart it again' : `drain pod ${pod.name}`, confidence: 0.2 },
      { text: 'scale up', confidence: 0.06 },
    ],
    contributions: [
      { name: 'worst ÷ median latency', value: Math.min(1, (pod.latencyRatio ?? 0) / 10) },
      { name: 'errors of this pod', value: pod.errorRate ?? 0 },
      { name: 'CPU of this pod', value: (pod.cpuUtilisation ?? 0) - (facts.cpuUtilisation ?? 0) },
    ],
  });
}

/** Share of the serving pods that miss an objective. */
function violatingShare({ pods, slo }: HealFacts): number {
  const serving = pods.filter(({ condition }) => condition.kind === 'serving');
  const violating = serving.filter(
    ({ latencyP95Ms, errorRate }) =>
      (latencyP95Ms ?? 0) > slo.latencyP95Ms || (errorRate ?? 0) > slo.errorRate,
  );
  return serving.length === 0 ? 0 : violating.length / serving.length;
}

function describeOutlier(pod: PodFacts, facts: HealFacts): string {
  if (pod.latencyRatio !== null && (pod.latencyP95Ms ?? 0) > facts.slo.latencyP95Ms) {
    return `p95 of pod ${pod.name} is ${pod.latencyP95Ms?.toFixed(0)} ms, ${pod.latencyRatio.toFixed(1)}× the median of its siblings`;
  }
  return `pod ${pod.name} fails ${((pod.errorRate ?? 0) * 100).toFixed(1)} % of its requests, its siblings do not`;
}

function saturation({ facts, rules, symptoms }: RuleContext): Decision | null {
  const violation = describeViolation(facts);
  const { saturated } = symptoms;
  if (!isConfirmed(saturated, false, rules) || facts.desiredReplicas >= facts.maxReplicas) return null;
  if (facts.growing || violation === null) return null;
  const to = Math.min(facts.maxReplicas, facts.desiredReplicas + Math.ceil(facts.desiredReplicas / 4));
  const cpu = ((facts.cpuUtilisation ?? 0) * 100).toFixed(0);
  return decision({
    action: { kind: 'scale', from: facts.desiredReplicas, to },
    reason: `all pods are busy (CPU ${cpu} % of the limit) and ${violation.text}, for ${(saturated.ms / 1000).toFixed(0)} s`,
    confidence: Math.min(0.95, 0.7 + 0.25 * (facts.cpuUtilisation ?? 0)),
    alternatives: [{ text: 'wait for the load to fall', confidence: 0.2 }],
    contributions: [
      { name: 'CPU of the workload', value: facts.cpuUtilisation ?? 0 },
      { name: 'objective missed by', value: Math.min(1, violation.factor - 1) },
    ],
  });
}

/**
 * A drained pod that is ready comes back once the workload has been healthy for a while. Without traffic nothing
 * shows whether the pod is well again, so that one which is not would otherwise be drained and returned in turn.
 */
function drainedPod({ facts, rules, symptoms }: RuleContext): Decision | null {
  if (!hasLasted(symptoms.healthyMs, rules.idleFor)) return null;
  const pod = facts.pods.find(
    (candidate) => candidate.condition.kind === 'drained' && candidate.condition.ready,
  );
  if (!pod) return null;
  return decision({
    action: { kind: 'undrain-pod', pod: pod.name, podUid: pod.uid },
    reason: `the workload has been healthy for ${minutes(symptoms.healthyMs)}, and the drained pod ${pod.name} is ready`,
    confidence: 0.75,
    alternatives: [{ text: 'leave it for inspection', confidence: 0.25 }],
    contributions: [{ name: 'workload healthy', value: 0.75 }],
  });
}

function idle({ facts, rules, symptoms }: RuleContext): Decision | null {
  if (!hasLasted(symptoms.idleMs, rules.idleFor)) return null;
  const afterwards = cpuWithOneFewer(facts);
  return decision({
    action: { kind: 'scale', from: facts.desiredReplicas, to: facts.desiredReplicas - 1 },
    reason: `healthy for ${minutes(symptoms.idleMs)} with ${facts.desiredReplicas - facts.baseReplicas} replicas more than before the incident; CPU would be ${(afterwards * 100).toFixed(0)} %`,
    confidence: 0.8,
    alternatives: [{ text: 'keep the spare replicas', confidence: 0.2 }],
    contributions: [{ name: 'CPU after the change', value: 1 - afterwards }],
  });
}

/** What metrics show has to be seen in two sets of samples: time alone would take one bad scrape for a lasting fault. */
function isConfirmed(
  lasting: Lasting | null,
  plain: boolean,
  { confirmFor }: HealConfig,
): lasting is Lasting {
  return lasting !== null && lasting.ms >= confirmFor && (plain || lasting.samples >= 2);
}

/** Narrows, so that what has lasted is a number. */
function hasLasted(lastedMs: number | null, wantedMs: number): lastedMs is number {
  return lastedMs !== null && lastedMs >= wantedMs;
}

function minutes(ms: number): string {
  return `${(ms / 60_000).toFixed(0)} min`;
}

function restart(pod: PodFacts): Action {
  return { kind: 'restart-pod', pod: pod.name, podUid: pod.uid };
}
