import { freshValue, type PodMetrics, type Reading } from '../../metrics/reading';
import { confirmed, type Effect, type EffectQuestion, inconclusive, mismatch } from './effect';
import { samePods } from './effectFacts';
import { podsUnready } from './stateEffects';

/** Of a pod's limit: so much more is more than the ups and downs of a usual load. */
const UTILISATION_RISE = 0.15;
/** Of the delay that was injected: of a round trip only one way may be late, and percentiles are interpolated. */
const LATENCY_SHARE = 0.5;
/** Of all requests. */
const ERROR_RISE = 0.01;
/** Lost packets are sent again, which takes the sender's time-out. */
const SLOWER_FACTOR = 1.2;
const SLOWER_SECONDS = 0.02;
const TRAFFIC_FALL = 0.5;

export function cpuStress(question: EffectQuestion): Effect {
  const rises = podRises(question, 'cpuUtilisation');
  const best = largest(rises);
  if (best === null) return inconclusive('there is no data on CPU');
  const text = `CPU of ${best.pod} ${percent(best.during)}, ${percent(best.before)} before`;
  return best.during - best.before >= UTILISATION_RISE ? confirmed(text) : mismatch(text);
}

/** The working set grows, or the container is killed because it grew too much. */
export function memoryStress(question: EffectQuestion): Effect {
  const { before, during } = question;
  const killed = samePods(before, during).find(
    (pod) =>
      pod.during.lastTermination?.reason === 'OOMKilled' && pod.during.lastTermination.atMs > before.atMs,
  );
  if (killed) return confirmed(`${killed.during.name} was killed for its memory`);
  const best = largest(podRises(question, 'memoryUtilisation'));
  if (best === null) return inconclusive('there is no data on memory');
  const text = `memory of ${best.pod} ${percent(best.during)}, ${percent(best.before)} before`;
  return best.during - best.before >= UTILISATION_RISE ? confirmed(text) : mismatch(text);
}

/** @param injectedSeconds by how much something was made late */
export function latency(question: EffectQuestion, injectedSeconds: number): Effect {
  const rises = [...podRises(question, 'latencyP95Seconds'), ...wholeRise(question)];
  const best = largest(rises);
  if (best === null) return inconclusive('there is no data on latency');
  const text = `p95 of ${best.pod} ${milliseconds(best.during)}, ${milliseconds(best.before)} before`;
  return best.during - best.before >= injectedSeconds * LATENCY_SHARE ? confirmed(text) : mismatch(text);
}

/** Requests fail, take longer, or do not come any more. */
export function failures(question: EffectQuestion): Effect {
  const errors = largest([...podRises(question, 'errorRate'), ...wholeErrors(question)]);
  if (errors !== null && errors.during - errors.before >= ERROR_RISE) {
    return confirmed(`errors of ${errors.pod} ${percent(errors.during)}, ${percent(errors.before)} before`);
  }
  const slow = largest([...podRises(question, 'latencyP95Seconds'), ...wholeRise(question)]);
  if (
    slow !== null &&
    slow.during - slow.before >= SLOWER_SECONDS &&
    slow.during >= slow.before * SLOWER_FACTOR
  ) {
    return confirmed(`p95 of ${slow.pod} ${milliseconds(slow.during)}, ${milliseconds(slow.before)} before`);
  }
  const lost = podRises(question, 'requestsPerSecond').find(
    ({ before, during }) => before > 0 && during <= before * TRAFFIC_FALL,
  );
  if (lost)
    return confirmed(
      `${lost.pod} gets ${lost.during.toFixed(1)} requests/s, ${lost.before.toFixed(1)} before`,
    );
  const unready = podsUnready(question);
  if (unready.verdict === 'confirmed') return unready;
  if (errors === null && slow === null) return inconclusive('there is no data on errors or latency');
  return mismatch('errors, latency and traffic are as they were before');
}

interface Rise {
  pod: string;
  before: number;
  during: number;
}

/** Of the pods that were hit, or of all where that is not known: those with fresh data at both times. */
function podRises(
  { hit, before, during }: EffectQuestion,
  metric: Exclude<keyof PodMetrics, 'latencyP50Seconds'>,
): Rise[] {
  return [...during.metrics.pods].flatMap(([pod, metrics]) => {
    if (hit.length > 0 && !hit.includes(pod)) return [];
    return rise(pod, before.metrics.pods.get(pod)?.[metric], metrics[metric]);
  });
}

function wholeRise({ before, during }: EffectQuestion): Rise[] {
  return rise('the workload', before.metrics.latencyP95Seconds, during.metrics.latencyP95Seconds);
}

function wholeErrors({ before, during }: EffectQuestion): Rise[] {
  return rise('the workload', before.metrics.errorRate, during.metrics.errorRate);
}

function rise(pod: string, from: Reading | undefined, to: Reading): Rise[] {
  const before = from === undefined ? null : freshValue(from);
  const during = freshValue(to);
  return before === null || during === null ? [] : [{ pod, before, during }];
}

function largest(rises: readonly Rise[]): Rise | null {
  return rises.toSorted((a, b) => b.during - b.before - (a.during - a.before))[0] ?? null;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function milliseconds(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}
