import type { Config } from '../../../config/schema';
import type { Decision, Feedback, Policy } from '../../../loop/task';
import type { Action } from '../../../protocol';
import { describeViolation } from '../assess';
import type { HealFacts, PodFacts } from '../facts';
import { confirmer } from './confirmer';
import { decideNothing, decision } from './decision';
import { Patience } from './patience';
import { cpuWithOneFewer, followSymptoms, type Symptoms } from './symptoms';

type HealConfig = Config['heal'];

/**
 * The rules an experienced operator would follow, first match wins: give up after tries without effect · replace a
 * pod that cannot stay up · replace a pod that never became ready · replace, then drain, a pod that is far worse
 * than its siblings · scale up where all pods are saturated · return a drained pod · take back what was scaled up.
 * The baseline that every learned policy has to beat, and their fallback.
 */
export function createRunbook(config: () => Config): Policy<HealFacts> {
  const confirmed = confirmer();
  const patience = new Patience();
  let lastTried: Action['kind'] = 'none';

  return {
    name: 'runbook',
    version: '1',
    decide(observation, nowMs) {
      const { facts, assessment } = observation;
      const rules = config().heal;
      const symptoms = followSymptoms(observation, rules, confirmed, nowMs);
      const givenUp = patience.whyGiveUp(observation, rules);
      if (givenUp !== null) return decideNothing(givenUp);
      const { ineffective } = patience;
      const context: RuleContext = { facts, rules, nowMs, symptoms, lastTried, ineffective };
      for (const rule of RULES) {
        const decided = rule(context);
        if (decided) return decided;
      }
      return decideNothing(whyWait(assessment.reason, context));
    },
    learn(feedback: Feedback) {
      if (feedback.kind === 'acted') lastTried = feedback.action.kind;
      patience.learn(feedback);
    },
  };
}

interface RuleContext {
  facts: HealFacts;
  rules: HealConfig;
  nowMs: number;
  symptoms: Symptoms;
  lastTried: Action['kind'];
  ineffective: number;
}

/** Why nothing is done about a workload: all is well, or nothing is certain yet. */
function whyWait(reason: string, { symptoms, rules }: RuleContext): string {
  if (reason === '') return 'all objectives are met';
  const suspect = symptoms.outliers.find(({ lastedMs }) => lastedMs !== null);
  if (!suspect) return reason;
  const cause = suspect.pod.warming ? 'is still warming up' : `is watched for ${rules.confirmFor / 1000} s`;
  return `${reason}; pod ${suspect.pod.name} stands out and ${cause} before anything is done`;
}

type Rule = (context: RuleContext) => Decision | null;

const RULES: readonly Rule[] = [crashingPod, unreadyPod, outlierPod, saturation, drainedPod, idle];

function crashingPod({ facts }: RuleContext): Decision | null {
  const crashing = facts.pods.filter((pod) => pod.condition.kind === 'crashing');
  const [pod] = crashing;
  if (pod?.condition.kind !== 'crashing') return null;
  const sameTemplate = facts.pods.filter((other) => other.templateHash === pod.templateHash);
  // When every pod of a revision crashes, the revision is bad, and a new pod of it would crash as well.
  if (crashing.length > 1 && sameTemplate.every((other) => other.condition.kind === 'crashing')) {
    return decideNothing(
      `all ${crashing.length} pods of this revision crash (${pod.condition.reason}): restarting is futile, check the configuration or roll back`,
    );
  }
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
  const pod = facts.pods.find(
    (candidate) =>
      candidate.condition.kind === 'unready' &&
      !candidate.warming &&
      nowMs - candidate.condition.sinceMs >= rules.confirmFor,
  );
  if (pod?.condition.kind !== 'unready') return null;
  const seconds = ((nowMs - pod.condition.sinceMs) / 1000).toFixed(0);
  return decision({
    action: restart(pod),
    reason: `pod ${pod.name} runs but has not been ready for ${seconds} s, beyond its grace of ${rules.warmupGrace / 1000} s`,
    confidence: 0.85,
    alternatives: [{ text: 'wait longer', confidence: 0.15 }],
    contributions: [{ name: 'time unready', value: 0.85 }],
  });
}

function outlierPod({ facts, rules, symptoms, lastTried, ineffective }: RuleContext): Decision | null {
  const [found] = symptoms.outliers
    .filter(({ pod, lastedMs }) => hasLasted(lastedMs, rules.confirmFor) && !pod.warming)
    .toSorted((a, b) => b.evidence - a.evidence);
  if (!found) return null;
  const { pod, evidence } = found;
  const seconds = ((found.lastedMs ?? 0) / 1000).toFixed(0);
  const drainFirst = lastTried === 'restart-pod' && ineffective > 0;
  const worst = describeOutlier(pod, facts);
  return decision({
    action: drainFirst ? { kind: 'drain-pod', pod: pod.name, podUid: pod.uid } : restart(pod),
    reason: `${worst} for ${seconds} s; restarts ${pod.restarts}${drainFirst ? '; a restart had no effect' : ''}`,
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

function describeOutlier(pod: PodFacts, facts: HealFacts): string {
  if (pod.latencyRatio !== null && (pod.latencyP95Ms ?? 0) > facts.slo.latencyP95Ms) {
    return `p95 of pod ${pod.name} is ${pod.latencyP95Ms?.toFixed(0)} ms, ${pod.latencyRatio.toFixed(1)}× the median of its siblings`;
  }
  return `pod ${pod.name} fails ${((pod.errorRate ?? 0) * 100).toFixed(1)} % of its requests, its siblings do not`;
}

function saturation({ facts, rules, symptoms }: RuleContext): Decision | null {
  const violation = describeViolation(facts);
  const { saturatedMs: lastedMs } = symptoms;
  if (!hasLasted(lastedMs, rules.confirmFor) || facts.desiredReplicas >= facts.maxReplicas) return null;
  if (facts.growing || violation === null) return null;
  const to = Math.min(facts.maxReplicas, facts.desiredReplicas + Math.ceil(facts.desiredReplicas / 4));
  const cpu = ((facts.cpuUtilisation ?? 0) * 100).toFixed(0);
  return decision({
    action: { kind: 'scale', from: facts.desiredReplicas, to },
    reason: `all pods are busy (CPU ${cpu} % of the limit) and ${violation.text}, for ${(lastedMs / 1000).toFixed(0)} s`,
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
