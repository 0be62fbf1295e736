import * as z from 'zod';
import { AnalysisError } from './analysisError';
import type { Value } from './expression/values';

const Sample = z.tuple([z.number(), z.string()]);
const Answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({ resultType: z.literal('scalar'), result: Sample }),
      z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: Sample })) }),
      z.object({ resultType: z.literal('matrix'), result: z.array(z.object({ values: z.array(Sample) })) }),
    ]),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

/** What a condition is asked about, and the same in words. */
export interface ProviderAnswer {
  result: Value;
  value: string;
}

/**
 * What Argo's provider `prometheus` makes of an answer of Prometheus: of a vector or a matrix all values in one list,
 * of a scalar the number.
 *
 * Throws AnalysisError for an answer that is an error, or nothing that Prometheus would say.
 *
 * Source: https://github.com/argoproj/argo-rollouts/blob/master/metricproviders/prometheus/prometheus.go
 */
export function prometheusAnswer(body: unknown): ProviderAnswer {
  const parsed = Answer.safeParse(body);
  if (!parsed.success) throw new AnalysisError('Prometheus metric type not supported');
  if (parsed.data.status === 'error') {
    throw new AnalysisError(`${parsed.data.errorType}: ${parsed.data.error}`);
  }
  const { data } = parsed.data;
  if (data.resultType === 'scalar') {
    const [, text] = data.result;
    return { result: numberOf(text), value: text };
  }
  const texts =
    data.resultType === 'vector'
      ? data.result.map(({ value: [, text] }) => text)
      : data.result.flatMap(({ values }) => values.map(([, text]) => text));
  return { result: texts.map(numberOf), value: `[${texts.join(',')}]` };
}

function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
