import { CoxswainError, isCoxswainError, toErrorInfo } from '../protocol';
import type { InstantSample, PrometheusClient } from './prometheusClient';
import { isQueryRejected } from './prometheusErrors';

/** The label by which the parts of a joint answer are told apart. */
const PART_LABEL = 'coxswain_part';

export interface Question {
  key: string;
  promql: string;
}

export type Answer =
  | { kind: 'samples'; samples: readonly InstantSample[] }
  | { kind: 'failed'; error: CoxswainError };

/**
 * Asks several questions in as few requests as the transport allows, in parallel, each request the union of its
 * questions. Where Prometheus rejects a union it is asked question by question, so that a bad one does not cost the
 * others theirs. Throws nothing but the signal's reason.
 */
export async function queryTogether(
  client: PrometheusClient,
  questions: readonly Question[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Answer>> {
  const batches = inBatches(questions, client.maxQueryLength);
  const answers = await Promise.all(batches.map((batch) => askJointly(client, batch, signal)));
  return new Map(answers.flat());
}

async function askJointly(
  client: PrometheusClient,
  batch: readonly Question[],
  signal?: AbortSignal,
): Promise<[string, Answer][]> {
  const answer = await ask(client, batch.map(asPart).join(' or '), signal);
  if (answer.kind === 'failed') {
    if (!isQueryRejected(answer.error)) return batch.map(({ key }) => [key, answer]);
    return Promise.all(
      batch.map(
        async ({ key, promql }): Promise<[string, Answer]> => [key, await ask(client, promql, signal)],
      ),
    );
  }
  const parts = Map.groupBy(answer.samples, (sample) => sample.labels[PART_LABEL] ?? '');
  return batch.map(({ key }) => [key, { kind: 'samples', samples: parts.get(key) ?? [] }]);
}

async function ask(client: PrometheusClient, promql: string, signal?: AbortSignal): Promise<Answer> {
  try {
    return { kind: 'samples', samples: await client.query(promql, signal) };
  } catch (error) {
    signal?.throwIfAborted();
    return { kind: 'failed', error: asCoxswainError(error) };
  }
}

/** The line break ends a comment at the end of a query. */
function asPart({ key, promql }: Question): string {
  return `label_replace((${promql}\n), "${PART_LABEL}", "${key}", "", "")`;
}

function inBatches(questions: readonly Question[], maxLength: number): Question[][] {
  const batches: Question[][] = [];
  let room = 0;
  for (const question of questions) {
    const length = asPart(question).length + ' or '.length;
    const current = batches.at(-1);
    if (current && length <= room) {
      current.push(question);
      room -= length;
    } else {
      batches.push([question]);
      room = maxLength - length;
    }
  }
  return batches;
}

function asCoxswainError(error: unknown): CoxswainError {
  if (isCoxswainError(error)) return error;
  const { code, message, remedy } = toErrorInfo(error);
  return new CoxswainError(code, message, remedy, { cause: error });
}
