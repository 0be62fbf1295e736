import type { Field } from '../../rl/env/env';
import type { Interval } from './interval';
import type { ReleaseRecord } from './releaseRecord';

const share = (name: string, unit: string): Field => ({ name, unit, min: 0, max: 1 });
const signed = (name: string, unit: string): Field => ({ name, unit, min: -1, max: 1 });
const ratio = (name: string, unit: string): Field => signed(name, `log2(${unit}) ÷ 2, 0 without requests`);

const COUNT_SCALE = 5;
const HARM_SCALE = 4;
const SAFETY_SCALE = 4;
const STEPS_AT_WEIGHT = 40;
const DIFFERENCE_SCALE = 0.2;
const LEAST_ERROR_SHARE = 1e-4;
const MEMORY_TREND_SCALE = 0.02;

/** The numbers of `canary/30`. Latencies are relative to what is usual for the stable version. */
export const CANARY_FIELDS: readonly Field[] = [
  share('weight', 'share of traffic on the canary'),
  share('elapsed', 'share of the time limit'),
  share('time_at_weight', `decisions ÷ ${STEPS_AT_WEIGHT}`),
  share('canary_has_data', '1 if it had requests in the last interval'),
  share('canary_requests', `log10(1 + requests) ÷ ${COUNT_SCALE}`),
  share('stable_requests', `log10(1 + requests) ÷ ${COUNT_SCALE}`),
  share('canary_requests_at_weight', `log10(1 + requests) ÷ ${COUNT_SCALE}`),
  share('canary_requests_in_all', `log10(1 + requests) ÷ ${COUNT_SCALE}`),
  share('canary_error_share', 'log10(share ÷ 0.0001) ÷ 4'),
  share('stable_error_share', 'log10(share ÷ 0.0001) ÷ 4'),
  signed('error_difference', `canary − stable, share ÷ ${DIFFERENCE_SCALE}`),
  share('canary_error_share_5m', 'smoothed, log10(share ÷ 0.0001) ÷ 4'),
  share('stable_error_share_5m', 'smoothed, log10(share ÷ 0.0001) ÷ 4'),
  signed('error_difference_5m', `smoothed, canary − stable, share ÷ ${DIFFERENCE_SCALE}`),
  ratio('canary_p50', 'p50 ÷ usual'),
  ratio('canary_p95', 'p95 ÷ usual'),
  ratio('canary_p99', 'p99 ÷ usual'),
  ratio('stable_p50', 'p50 ÷ usual'),
  ratio('stable_p95', 'p95 ÷ usual'),
  ratio('stable_p99', 'p99 ÷ usual'),
  ratio('p95_ratio_5m', 'smoothed, canary ÷ stable'),
  share('error_harm', `log10 of evidence ÷ ${HARM_SCALE}`),
  signed('error_safety', `log10 of evidence ÷ ${SAFETY_SCALE}`),
  share('latency_harm', `log10 of evidence ÷ ${HARM_SCALE}`),
  signed('latency_safety', `log10 of evidence ÷ ${SAFETY_SCALE}`),
  share('dispersion', 'log10(Pearson’s, of stable errors) ÷ 2'),
  share('restarts_10m', 'restarts of the canary ÷ 5'),
  share('canary_cpu', 'share of limit'),
  share('canary_memory', 'share of limit'),
  signed('memory_trend', `share of limit per interval ÷ ${MEMORY_TREND_SCALE}`),
];

/** Writes all of `CANARY_FIELDS`, in their order. */
export function writeObservation(
  observation: Float32Array,
  interval: Interval,
  record: ReleaseRecord,
  weight: number,
  elapsed: number,
  stepsAtWeight: number,
): void {
  observation[0] = unit(weight);
  observation[1] = unit(elapsed);
  observation[2] = unit(stepsAtWeight / STEPS_AT_WEIGHT);
  writeTraffic(observation, interval, record);
  writeErrors(observation, interval, record);
  writeLatencies(observation, interval, record);
  writeEvidence(observation, interval, record);
}

function writeTraffic(observation: Float32Array, interval: Interval, record: ReleaseRecord): void {
  observation[3] = interval.canaryRequests > 0 ? 1 : 0;
  observation[4] = logCount(interval.canaryRequests);
  observation[5] = logCount(interval.stableRequests);
  observation[6] = logCount(record.requestsAtWeight);
  observation[7] = logCount(record.requests);
}

function writeErrors(observation: Float32Array, interval: Interval, record: ReleaseRecord): void {
  const canary = interval.canaryErrors / Math.max(1, interval.canaryRequests);
  const stable = interval.stableErrors / Math.max(1, interval.stableRequests);
  observation[8] = logShare(canary);
  observation[9] = logShare(stable);
  observation[10] = within1((canary - stable) / DIFFERENCE_SCALE);
  observation[11] = logShare(record.canaryErrorShare);
  observation[12] = logShare(record.stableErrorShare);
  observation[13] = within1((record.canaryErrorShare - record.stableErrorShare) / DIFFERENCE_SCALE);
}

function writeLatencies(observation: Float32Array, interval: Interval, record: ReleaseRecord): void {
  observation[14] = logRatio(interval.canaryP50);
  observation[15] = logRatio(interval.canaryP95);
  observation[16] = logRatio(interval.canaryP99);
  observation[17] = logRatio(interval.stableP50);
  observation[18] = logRatio(interval.stableP95);
  observation[19] = logRatio(interval.stableP99);
  observation[20] = logRatio(record.p95Ratio);
}

function writeEvidence(observation: Float32Array, interval: Interval, record: ReleaseRecord): void {
  const { errors, latency, dispersion } = record;
  observation[21] = unit(errors.harm / HARM_SCALE);
  observation[22] = within1(errors.safety / SAFETY_SCALE);
  observation[23] = unit(latency.harm / HARM_SCALE);
  observation[24] = within1(latency.safety / SAFETY_SCALE);
  observation[25] = unit((Math.log(Math.max(1, dispersion.phi)) * Math.LOG10E) / 2);
  observation[26] = unit(record.recentRestarts / 5);
  observation[27] = unit(interval.canaryCpu);
  observation[28] = unit(interval.canaryMemory);
  observation[29] = within1(record.memoryTrend / MEMORY_TREND_SCALE);
}

function unit(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

function within1(value: number): number {
  return value < -1 ? -1 : value > 1 ? 1 : value;
}

function logCount(count: number): number {
  return count === 0 ? 0 : unit((Math.log(1 + count) * Math.LOG10E) / COUNT_SCALE);
}

function logShare(value: number): number {
  if (value <= LEAST_ERROR_SHARE) return 0;
  return unit((Math.log(value / LEAST_ERROR_SHARE) * Math.LOG10E) / 4);
}

function logRatio(value: number): number {
  return value <= 0 ? 0 : within1((Math.log(value) * Math.LOG2E) / 2);
}
