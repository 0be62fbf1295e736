import type { Answer, Question } from './queryTogether';
import { selectorsOf } from './selectors';

export type Age = { kind: 'known'; ageMs: number } | { kind: 'unknown'; why: string };

/** The age of what a query's value for that pod is made of; null asks for the value over all pods. */
export type AgeOf = (promql: string, pod: string | null) => Age;

/**
 * How old the samples behind queries are.
 *
 * The timestamps in Prometheus' answers are those of the evaluation, and a rate over a minute or the five minutes of
 * look-back give values long after the last sample has come in: an answer alone never shows that it is stale. So each
 * series selector of each query, of the config's own queries too, is asked for the time of its latest sample
 * (`timestamp(selector)`), by pod. Ages are differences of two times by Prometheus' clock, so that a clock of ours
 * that is wrong does no harm. A series that has ended (staleness marker) or lies beyond the look-back has no
 * timestamp: what a window still computes from it is not taken. The age of a recording rule is that of the rule's
 * last evaluation: what it was made of cannot be seen.
 */
export function ageQuestions(queries: readonly { promql: string }[]): Question[] {
  return allSelectors(queries).map((selector, index) => ({
    key: ageKey(index),
    promql: `max by (pod) (timestamp(${selector}))`,
  }));
}

/** Reads the answers to `ageQuestions` of the same queries. */
export function readAges(
  queries: readonly { promql: string }[],
  answers: ReadonlyMap<string, Answer>,
): AgeOf {
  const selectorsIn = new Map(queries.map(({ promql }) => [promql, selectorsOf(promql)]));
  const bySelector = new Map(
    allSelectors(queries).map((selector, index) => [selector, agesByPod(answers.get(ageKey(index)))]),
  );
  return (promql, pod) => {
    const selectors = selectorsIn.get(promql);
    if (!selectors) {
      return { kind: 'unknown', why: 'its age cannot be told: the query is no standard PromQL' };
    }
    // A query without selectors, such as vector(1), is as young as its evaluation.
    if (selectors.length === 0) return { kind: 'known', ageMs: 0 };
    const answered = selectors.map((selector) => bySelector.get(selector) ?? new Map<string, number>());
    const failed = answered.find((ages) => typeof ages === 'string');
    if (failed !== undefined) return { kind: 'unknown', why: `its age cannot be told: ${failed}` };
    const ages = answered.flatMap((byPod) => (typeof byPod === 'string' ? [] : (ageFor(byPod, pod) ?? [])));
    if (ages.length === 0) return { kind: 'unknown', why: 'its series has ended' };
    return { kind: 'known', ageMs: Math.max(...ages) };
  };
}

/** Pod name to age in milliseconds; series without the label stand under the empty name. */
type AgesByPod = ReadonlyMap<string, number>;

/** The ages, or why they could not be had. */
function agesByPod(answer: Answer | undefined): AgesByPod | string {
  if (answer?.kind === 'failed') return answer.error.message;
  return new Map(
    answer?.samples.map(({ labels, value, atMs }) => [labels.pod ?? '', Math.max(0, atMs - value * 1000)]),
  );
}

/**
 * The age of one selector's samples. Over all pods it is the youngest: one pod that has gone must not make the others'
 * numbers stale. A selector without any series (nothing has failed yet) has no age and does not count.
 */
function ageFor(ages: AgesByPod, pod: string | null): number | null {
  if (ages.size === 0) return null;
  if (pod === null) return Math.min(...ages.values());
  return ages.get(pod) ?? ages.get('') ?? null;
}

function allSelectors(queries: readonly { promql: string }[]): string[] {
  return [...new Set(queries.flatMap(({ promql }) => selectorsOf(promql) ?? []))];
}

function ageKey(index: number): string {
  return `age-${index}`;
}
