import * as z from 'zod';

/** `NaN`, `+Inf`, `-Inf` or a decimal number, as Prometheus writes sample values. */
const SampleText = z.string().transform((text, context) => {
  const value = /^[+-]?Inf$/.test(text) ? Number(`${text}inity`) : text === 'NaN' ? Number.NaN : Number(text);
  if (text.trim() !== '' && (text === 'NaN' || !Number.isNaN(value))) return value;
  context.issues.push({ code: 'custom', message: 'expected a number in a string', input: text });
  return z.NEVER;
});

/** Unix seconds and value. */
const Point = z.tuple([z.number(), SampleText]);
const Metric = z.record(z.string(), z.string());

const Data = z.discriminatedUnion('resultType', [
  z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ metric: Metric, value: Point })),
  }),
  z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ metric: Metric, values: z.array(Point) })),
  }),
  z.object({ resultType: z.literal('scalar'), result: Point }),
  z.object({ resultType: z.literal('string'), result: z.tuple([z.number(), z.string()]) }),
]);

/** What /api/v1/query and /api/v1/query_range answer. https://prometheus.io/docs/prometheus/latest/querying/api/ */
export const PrometheusAnswer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('success'), data: Data }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);
export type PrometheusData = z.infer<typeof Data>;
