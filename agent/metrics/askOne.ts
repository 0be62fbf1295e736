import type { PrometheusClient } from './prometheusClient';
import { queryTogether } from './queryTogether';
import type { Reading } from './reading';
import { measured, missing } from './readingMath';
import { ageQuestions, readAges } from './sampleAges';

export interface OneQuestion {
  promql: string;
  nowMs: number;
  /** Older samples than this make it stale. */
  staleAfterMs: number;
}

/** The one number that a query yields now. Throws nothing but the signal's reason. */
export async function askOne(
  client: PrometheusClient,
  { promql, nowMs, staleAfterMs }: OneQuestion,
  signal?: AbortSignal,
): Promise<Reading> {
  const queries = [{ promql }];
  const answers = await queryTogether(client, [{ key: 'value', promql }, ...ageQuestions(queries)], signal);
  const answer = answers.get('value');
  if (answer?.kind !== 'samples') return missing(answer?.error.message ?? 'the query was not answered');
  const [sample, ...others] = answer.samples;
  if (!sample) return missing('the query returned no sample');
  if (others.length > 0) return missing(`the query returned ${others.length + 1} series, not one`);
  const age = readAges(queries, answers)(promql, null);
  return age.kind === 'known' ? measured(sample.value, age.ageMs, nowMs, staleAfterMs) : missing(age.why);
}
