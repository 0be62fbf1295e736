import type { Config } from '../../../config/schema';
import type { Decision, Feedback, Policy, ReadyObservation } from '../../../loop/task';
import type { Action } from '../../../protocol';
import { describeViolation } from '../assess';
import type { HealFacts, PodFacts } from '../facts';
import { confirmer } from './confirmer';
import { decideNothing, decision } from './decision';

type HealConfig = Config['heal'];

/**
 * The rules an experienced operator would follow, first match wins: give up after tries without effect · replace a
 * pod that cannot stay up · replace a pod that never became ready · replace, then drain, a pod that is far worse
 * than its siblings · scale up where all pods are saturated · return a drained pod · take back what was scaled up.
 * The baseline that every learned policy has to beat, and their fallback.
 */
export function createRunbook(config: () => Config): Policy<HealFacts> {
  const confirmed = confirmer();
  let ineffective = 0;
  let lastTried: Action['kind'] = 'none';

  return {
    name: 'runbook',
    version: '1',
    decide(observation, nowMs) {
      const { facts, assessment } = observation;
      const rules = config().heal;
      if (assessment.health === 'healthy') ineffective = 0;
      if (ineffective >= rules.maxIneffective) {
        return decideNothing(
          `gave up: ${ineffective} actions had no effect (${assessment.reason}); this needs a person`,
        );
      }
      const context: RuleContext = { observation, facts, rules, nowMs, confirmed, lastTried, ineffective };
      for (const rule of RULES) {
        const decided = rule(context);
        if (decided) return decided;
      }
      return decideNothing(assessment.reason === '' ? 'all objectives are met' : assessment.reason);
    },
    learn(feedback: Feedback) {
      if (feedback.kind === 'acted') lastTried = feedback.action.kind;
      if (feedback.kind !== 'measured') return;
      ineffective =
        feedback.outcome === 'ineffective' || feedback.outcome === 'regressed' ? ineffective + 1 : 0;
    },
  };
}

interface RuleContext {
  observation: ReadyObservation<HealFacts>;
  facts: HealFacts;
  rules: HealConfig;
  nowMs: number;
  confirmed: ReturnType<typeof confirmer>;
  lastTried: Action['kind'];
  ineffective: number;
}

type Rule = (context: RuleContext) => Decision | null;

const RULES: readonly Rule[] = [crashingPod, unreadyPod, outlierPod, saturation, drainedPod, idle];

/** A hysteresis of a fifth: what was confirmed stays a symptom until it is clearly gone. */
const RELEASE = 0.8;

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

function outlierPod(context: RuleContext): Decision | null {
  const { facts, rules, confirmed, nowMs } = context;
  const candidates = facts.pods.map((pod) => ({ pod, evidence: outlierEvidence(pod, facts, rules) }));
  confirmed.keep(new Set(candidates.map(({ pod }) => `outlier/${pod.uid}`)));
  const found = candidates
    .filter(
      ({ pod, evidence }) =>
        confirmed.observe(`outlier/${pod.uid}`, evidence, RELEASE, nowMs) >= rules.confirmFor && !pod.warming,
    )
    .toSorted((a, b) => b.evidence - a.evidence)[0];
  if (!found) return null;
  const { pod, evidence } = found;
  const seconds = (confirmed.observe(`outlier/${pod.uid}`, evidence, RELEASE, nowMs) / 1000).toFixed(0);
  const drainFirst = context.lastTried === 'restart-pod' && context.ineffective > 0;
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

/** ≥ 1 while the pod is an outlier: it misses an objective, and by far more than its siblings. */
function outlierEvidence(pod: PodFacts, facts: HealFacts, rules: HealConfig): number {
  if (pod.condition.kind !== 'serving' || facts.readyReplicas < 2) return 0;
  const slow =
    pod.latencyRatio !== null && (pod.latencyP95Ms ?? 0) > facts.slo.latencyP95Ms
      ? pod.latencyRatio / rules.outlierFactor
      : 0;
  const errors = pod.errorRate ?? 0;
  const failing =
    errors > facts.slo.errorRate &&
    facts.errorRate !== null &&
    errors >= rules.outlierFactor * othersErrorRate(pod, facts)
      ? errors / Math.max(facts.slo.errorRate, 1e-4)
      : 0;
  return Math.max(slow, failing);
}

function othersErrorRate(pod: PodFacts, facts: HealFacts): number {
  const others = facts.pods.filter((other) => other.uid !== pod.uid && other.errorRate !== null);
  if (others.length === 0) return 0;
  return others.reduce((sum, other) => sum + (other.errorRate ?? 0), 0) / others.length;
}

function describeOutlier(pod: PodFacts, facts: HealFacts): string {
  if (pod.latencyRatio !== null && (pod.latencyP95Ms ?? 0) > facts.slo.latencyP95Ms) {
    return `p95 of pod ${pod.name} is ${pod.latencyP95Ms?.toFixed(0)} ms, ${pod.latencyRatio.toFixed(1)}× the median of its siblings`;
  }
  return `pod ${pod.name} fails ${((pod.errorRate ?? 0) * 100).toFixed(1)} % of its requests, its siblings do not`;
}

function saturation({ facts, rules, confirmed, nowMs }: RuleContext): Decision | null {
  const violation = describeViolation(facts);
  const evidence = violation && facts.cpuUtilisation !== null ? facts.cpuUtilisation / rules.saturation : 0;
  const lastedMs = confirmed.observe('saturation', evidence, RELEASE, nowMs);
  if (lastedMs < rules.confirmFor || facts.desiredReplicas >= facts.maxReplicas) return null;
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

/** A drained pod that is ready comes back once the incident that drained it is over. */
function drainedPod({ facts, observation }: RuleContext): Decision | null {
  if (observation.assessment.health !== 'healthy') return null;
  const pod = facts.pods.find(
    (candidate) => candidate.condition.kind === 'drained' && candidate.condition.ready,
  );
  if (!pod) return null;
  return decision({
    action: { kind: 'undrain-pod', pod: pod.name, podUid: pod.uid },
    reason: `the workload is healthy again, and the drained pod ${pod.name} is ready`,
    confidence: 0.75,
    alternatives: [{ text: 'leave it for inspection', confidence: 0.25 }],
    contributions: [{ name: 'workload healthy', value: 0.75 }],
  });
}

function idle({ facts, rules, observation, confirmed, nowMs }: RuleContext): Decision | null {
  const spare = facts.desiredReplicas > facts.baseReplicas && observation.assessment.health === 'healthy';
  // The load of the pod that goes falls on those that stay.
  const afterwards =
    facts.cpuUtilisation === null
      ? 1
      : (facts.cpuUtilisation * facts.desiredReplicas) / Math.max(1, facts.desiredReplicas - 1);
  const calm = spare && afterwards < rules.saturation * RELEASE;
  const lastedMs = confirmed.observe('idle', calm ? 1 : 0, 1, nowMs);
  if (!calm || lastedMs < rules.idleFor) return null;
  return decision({
    action: { kind: 'scale', from: facts.desiredReplicas, to: facts.desiredReplicas - 1 },
    reason: `healthy for ${(lastedMs / 60_000).toFixed(0)} min with ${facts.desiredReplicas - facts.baseReplicas} replicas more than before the incident; CPU would be ${(afterwards * 100).toFixed(0)} %`,
    confidence: 0.8,
    alternatives: [{ text: 'keep the spare replicas', confidence: 0.2 }],
    contributions: [{ name: 'CPU after the change', value: 1 - afterwards }],
  });
}

function restart(pod: PodFacts): Action {
  return { kind: 'restart-pod', pod: pod.name, podUid: pod.uid };
}
