import type { Field } from '../../rl/env/env';
import type { CanaryView } from './canaryView';

const share = (name: string, unit: string): Field => ({ name, unit, min: 0, max: 1 });
const signed = (name: string, unit: string): Field => ({ name, unit, min: -1, max: 1 });

const HEADROOM = 0.3;
const AT_WEIGHT_SECONDS = 1200;
const BAKE_SECONDS = 3600;
const DIFFERENCE = 0.2;
const LEAST_SHARE = 1e-4;
const EVIDENCE = 3;
const MEMORY_TREND = 0.04;

/** Neighbouring numbers of the observation. */
interface Group {
  name: string;
  fields: readonly Field[];
  write(view: CanaryView, out: Float32Array, at: number): void;
}

/** Where the release is, and how far it could go. */
const place: Group = {
  name: 'weight and time',
  fields: [
    share('weight', 'share of traffic on the canary'),
    share('most_weight', 'share of traffic that the evidence allows'),
    signed('headroom', `(most weight − weight) ÷ ${HEADROOM}`),
    share('elapsed', 'share of the time limit'),
    share('time_at_weight', `seconds ÷ ${AT_WEIGHT_SECONDS}`),
    share('bake_left', `seconds before a promotion may be ÷ ${BAKE_SECONDS}`),
  ],
  write(view, out, at) {
    out[at] = unit(view.weight);
    out[at + 1] = unit(view.mostWeight);
    out[at + 2] = within1((view.mostWeight - view.weight) / HEADROOM);
    out[at + 3] = unit(view.sinceStartSeconds / view.timeLimitSeconds);
    out[at + 4] = unit(view.atWeightSeconds / AT_WEIGHT_SECONDS);
    out[at + 5] = unit(view.bakeLeftSeconds / BAKE_SECONDS);
  },
};

const traffic: Group = {
  name: 'traffic',
  fields: [
    share('canary_has_data', '1 if it had requests in the last interval'),
    share('canary_traffic', 'log10(1 + requests per minute) ÷ 5'),
    share('stable_traffic', 'log10(1 + requests per minute) ÷ 5'),
    share('requests_at_weight', 'of the canary, log10(1 + requests) ÷ 5'),
    share('requests_of_minimum', 'requests of the canary ÷ those needed before any verdict'),
  ],
  write({ reading, record, evidence }, out, at) {
    const perMinute = reading.seconds === 0 ? 0 : 60 / reading.seconds;
    out[at] = reading.canary.requests > 0 ? 1 : 0;
    out[at + 1] = logCount(reading.canary.requests * perMinute);
    out[at + 2] = logCount(reading.stable.requests * perMinute);
    out[at + 3] = logCount(record.requestsAtWeight);
    out[at + 4] = unit(evidence.requests / Math.max(1, evidence.minRequests));
  },
};

const errors: Group = {
  name: 'errors',
  fields: [
    share('canary_errors', 'log10(share ÷ 0.0001) ÷ 4; 0 without requests'),
    share('stable_errors', 'log10(share ÷ 0.0001) ÷ 4; 0 without requests'),
    signed('error_difference', `canary − stable, share ÷ ${DIFFERENCE}`),
    share('canary_errors_5m', 'smoothed, log10(share ÷ 0.0001) ÷ 4'),
    share('stable_errors_5m', 'smoothed, log10(share ÷ 0.0001) ÷ 4'),
    signed('error_difference_5m', `smoothed, canary − stable, share ÷ ${DIFFERENCE}`),
  ],
  write({ reading, record }, out, at) {
    const canary = reading.canary.errors / Math.max(1, reading.canary.requests);
    const stable = reading.stable.errors / Math.max(1, reading.stable.requests);
    out[at] = logShare(canary);
    out[at + 1] = logShare(stable);
    out[at + 2] = within1((canary - stable) / DIFFERENCE);
    out[at + 3] = logShare(record.canaryErrorShare);
    out[at + 4] = logShare(record.stableErrorShare);
    out[at + 5] = within1((record.canaryErrorShare - record.stableErrorShare) / DIFFERENCE);
  },
};

/** Of the canary relative to what is usual for stable, so that a busy minute of both shows in both. */
const latencies: Group = {
  name: 'latency',
  fields: ['canary', 'stable']
    .flatMap((version) =>
      ['p50', 'p95', 'p99'].map((quantile) =>
        signed(`${version}_${quantile}`, 'log2(÷ usual one of stable) ÷ 2; 0 without requests'),
      ),
    )
    .concat(signed('p95_ratio_5m', 'smoothed, log2(canary ÷ stable) ÷ 2')),
  write({ reading: { canary, stable }, record }, out, at) {
    out[at] = logRatio(canary.p50Seconds, record.usualP50Seconds);
    out[at + 1] = logRatio(canary.p95Seconds, record.usualP95Seconds);
    out[at + 2] = logRatio(canary.p99Seconds, record.usualP99Seconds);
    out[at + 3] = logRatio(stable.p50Seconds, record.usualP50Seconds);
    out[at + 4] = logRatio(stable.p95Seconds, record.usualP95Seconds);
    out[at + 5] = logRatio(stable.p99Seconds, record.usualP99Seconds);
    out[at + 6] = logRatio(record.p95Ratio, 1);
  },
};

const evidence: Group = {
  name: 'evidence',
  fields: [
    signed('error_harm', `log10 of evidence ÷ ${EVIDENCE}`),
    signed('error_safety', `log10 of evidence ÷ ${EVIDENCE}`),
    signed('latency_harm', `log10 of evidence ÷ ${EVIDENCE}`),
    signed('latency_safety', `log10 of evidence ÷ ${EVIDENCE}`),
    share('most_error_harm', 'upper bound, log10(share ÷ 0.0001) ÷ 4; 1 without requests'),
    share('most_latency_harm', 'upper bound, log10(share ÷ 0.0001) ÷ 4; 1 without requests'),
    share('dispersion', 'log10(Pearson’s, of stable errors) ÷ 2'),
  ],
  write({ evidence: { errors, latency, dispersion } }, out, at) {
    out[at] = within1(errors.harmLog10 / EVIDENCE);
    out[at + 1] = within1(errors.safetyLog10 / EVIDENCE);
    out[at + 2] = within1(latency.harmLog10 / EVIDENCE);
    out[at + 3] = within1(latency.safetyLog10 / EVIDENCE);
    out[at + 4] = logShare(errors.mostHarm ?? 1);
    out[at + 5] = logShare(latency.mostHarm ?? 1);
    out[at + 6] = unit((Math.log(Math.max(1, dispersion)) * Math.LOG10E) / 2);
  },
};

const container: Group = {
  name: 'containers of the canary',
  fields: [
    share('restarts_10m', 'restarts over about ten minutes ÷ 5'),
    share('canary_cpu', 'share of limit; 0 where unknown'),
    share('canary_memory', 'share of limit; 0 where unknown'),
    signed('memory_trend', `share of limit per minute ÷ ${MEMORY_TREND}; 0 where unknown`),
  ],
  write({ reading, record }, out, at) {
    out[at] = unit(record.recentRestarts / 5);
    out[at + 1] = unit(reading.cpu ?? 0);
    out[at + 2] = unit(reading.memory ?? 0);
    out[at + 3] = within1(record.memoryTrend / MEMORY_TREND);
  },
};

const GROUPS = [place, traffic, errors, latencies, evidence, container];

/** The numbers of the observation, in their order. */
export const CANARY_FIELDS: readonly Field[] = GROUPS.flatMap(({ fields }) => fields);

/** Name and version of the contract. */
export const CANARY_SPEC = `canary/${CANARY_FIELDS.length}`;

/** The fields by what they tell together, for explanations. */
export const CANARY_GROUPS = GROUPS.map(({ name, fields }) => ({
  name,
  fields: fields.map((field) => field.name),
}));

/** Writes all of `CANARY_FIELDS`. */
export function writeObservation(view: CanaryView, observation: Float32Array): void {
  let at = 0;
  for (let index = 0; index < GROUPS.length; index++) {
    const group = GROUPS[index] as Group;
    group.write(view, observation, at);
    at += group.fields.length;
  }
}

function unit(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

function within1(value: number): number {
  return value < -1 ? -1 : value > 1 ? 1 : value;
}

function logCount(count: number): number {
  return count <= 0 ? 0 : unit((Math.log(1 + count) * Math.LOG10E) / 5);
}

function logShare(value: number): number {
  return value <= LEAST_SHARE ? 0 : unit((Math.log(value / LEAST_SHARE) * Math.LOG10E) / 4);
}

function logRatio(value: number, usual: number): number {
  return value <= 0 || usual <= 0 ? 0 : within1((Math.log(value / usual) * Math.LOG2E) / 2);
}
