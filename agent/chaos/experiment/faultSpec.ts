import * as z from 'zod';
import { durationBetween } from '../../config/duration';
import type { FaultKind } from '../../protocol';

const kind = <K extends FaultKind, S extends z.ZodRawShape>(name: K, shape: S) =>
  z.strictObject({ kind: z.literal(name), ...shape });
const wholePercent = (value: number, description: string) =>
  z.number().int().min(0).max(100).default(value).describe(`${description} Percent, default ${value}.`);
const percent = (value: number, description: string) =>
  z.number().min(0).max(100).default(value).describe(`${description} Percent, default ${value}.`);
const time = (text: string, min: string, max: string, description: string) =>
  durationBetween(min, max).prefault(text).describe(`${description} ${min}…${max}, default \`${text}\`.`);
const whole = (value: number, min: number, max: number, description: string) =>
  z.number().int().min(min).max(max).default(value).describe(`${description} Default ${value}.`);
const direction = z
  .enum(['to', 'from', 'both'])
  .default('to')
  .describe(
    'Packets that leave the pod, that reach it, or both; all but `to` concern the pods of its namespace alone. Default `to`.',
  );
const partitionDirection = z
  .enum(['to', 'from', 'both'])
  .default('both')
  .describe('Packets that leave the pod, that reach it, or both. Default `both`.');
const port = whole(8080, 1, 65_535, 'Port of the pod that serves HTTP.');

/** What is done, with the parameters that every provider of the kind can follow. */
export const FaultSpec = z.discriminatedUnion('kind', [
  kind('pod-kill', { gracePeriodSeconds: whole(0, 0, 3600, 'Grace that the pod is given.') }),
  kind('pod-evict', {}),
  kind('pod-failure', {}),
  kind('container-kill', { container: z.string().optional().describe('The first one where absent.') }),
  kind('scale-down', { by: whole(1, 1, 1000, 'Replicas that are taken away.') }),
  kind('node-cordon', {}),
  kind('bad-image', { container: z.string().optional().describe('The first one where absent.') }),
  kind('bad-probe', { container: z.string().optional().describe('The first one where absent.') }),
  kind('cpu-stress', {
    workers: whole(4, 1, 1000, 'Threads that burn CPU.'),
    load: wholePercent(100, 'Of each worker.'),
  }),
  kind('memory-stress', {
    workers: whole(1, 1, 1000, 'Processes that hold memory.'),
    sizeMb: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('MiB that they hold; as much as the memory limit where absent, so that it is exceeded.'),
  }),
  kind('network-delay', {
    latency: time('300ms', '1ms', '1m', 'By how much packets are late.'),
    jitter: time('30ms', '0s', '1m', 'By how much that varies.'),
    correlation: percent(25, 'Of one packet with the one before.'),
    direction,
  }),
  kind('network-loss', {
    loss: percent(30, 'Packets that are lost.'),
    correlation: percent(25, 'Of one packet with the one before.'),
    direction,
  }),
  kind('network-partition', { direction: partitionDirection }),
  kind('network-bandwidth', {
    rateKbps: whole(1000, 1, 100_000_000, 'Kilobits per second that get through.'),
    limitBytes: whole(20_971_520, 1, 2_000_000_000, 'Bytes that may wait.'),
    bufferBytes: whole(10_000, 1, 2_000_000_000, 'Bytes that may go at once.'),
    direction,
  }),
  kind('http-abort', { port, path: z.string().default('*').describe('Paths that are hit. Default `*`.') }),
  kind('http-delay', {
    port,
    path: z.string().default('*').describe('Paths that are hit. Default `*`.'),
    latency: time('500ms', '1ms', '1m', 'By how much answers are late.'),
  }),
  kind('dns-error', {
    patterns: z.array(z.string().min(1)).default([]).describe('Names that are hit; all where empty.'),
    random: z.boolean().default(false).describe('Wrong addresses in place of errors. Default false.'),
  }),
  kind('io-delay', {
    volumePath: z.string().default('/data').describe('Where the volume is mounted. Default `/data`.'),
    latency: time('100ms', '1ms', '1m', 'By how much each access is late.'),
    share: wholePercent(100, 'Accesses that are hit.'),
  }),
  kind('io-error', {
    volumePath: z.string().default('/data').describe('Where the volume is mounted. Default `/data`.'),
    errno: whole(5, 1, 133, 'What each access fails with, as Linux counts errors (5 is EIO).'),
    share: wholePercent(50, 'Accesses that are hit.'),
  }),
  kind('time-skew', {
    offset: z
      .string()
      .regex(/^-?\d+(\.\d+)?(ns|us|ms|s|m|h)$/, 'expected a signed duration such as -10m or 1h')
      .default('-10m')
      .describe('What is added to the clock. Default `-10m`.'),
  }),
]);
/** Durations in milliseconds. */
export type FaultSpec = z.output<typeof FaultSpec>;

/** The fault of a kind with all its defaults. */
export function defaultFault(name: FaultKind): FaultSpec {
  return FaultSpec.parse({ kind: name });
}
