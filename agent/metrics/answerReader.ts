import type { NamedQuery } from './queries';
import type { Answer } from './queryTogether';
import type { Reading } from './reading';
import { measured, missing } from './readingMath';
import { type AgeOf, readAges } from './sampleAges';

/** One round of queries with Prometheus' answers, those about the ages of their samples among them. */
export interface AnsweredQueries<Name extends string> {
  queries: readonly NamedQuery<Name>[];
  answers: ReadonlyMap<string, Answer>;
  /** Cluster time. */
  nowMs: number;
  /** Older samples than this make a reading stale. */
  staleAfterMs: number;
}

/** Reads the number that a query has yielded for a pod, or with null the one over all pods. */
export function answerReader<Name extends string>({
  queries,
  answers,
  nowMs,
  staleAfterMs,
}: AnsweredQueries<Name>): (name: Name, pod: string | null) => Reading {
  const ageOf: AgeOf = readAges(queries, answers);
  const texts = new Map(queries.map(({ name, promql }) => [name, promql]));
  return (name, pod) => {
    const answer = answers.get(name);
    const promql = texts.get(name);
    if (!answer || promql === undefined) return missing('it was not asked for');
    if (answer.kind === 'failed') return missing(answer.error.message);
    const sample = answer.samples.find(({ labels }) => pod === null || labels.pod === pod);
    if (!sample) return missing('Prometheus has no such series');
    const age = ageOf(promql, pod);
    if (age.kind === 'unknown') return missing(age.why);
    return measured(sample.value, age.ageMs, nowMs, staleAfterMs);
  };
}
