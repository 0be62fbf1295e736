import type { Config } from '../config/schema';
import { podPricePerHour } from '../costs/podPrice';
import type { SimulationPoint, SimulationRecord } from '../embedded/control/controlApi';
import { SCALED_POD_RATE } from '../embedded/demo/scaledApp';
import type { Arrangement } from './arrangement';

/** What became of the app in one arrangement. */
export interface Outcome {
  arrangement: Arrangement;
  /** Who has scaled, for people. */
  title: string;
  requests: number;
  /** Share of the requests that were late or failed; null without any. */
  violatedShare: number | null;
  latencyP95Ms: number | null;
  replicaHours: number;
  /** Of the requested CPU; null without any. */
  utilisation: number | null;
  scalingActions: number;
  /** In the currency of `costs`; null where nothing is requested. */
  cost: number | null;
  /** J(W): mean pods + W × violated load in pods + 0.5 per action and control step. */
  objectivePods: number;
  points: readonly SimulationPoint[];
  /** What is to be known of it, in whole sentences. */
  notes: readonly string[];
}

/** A control step, and what one action costs in it, as in the reward that policies are trained for. */
const STEP_SECONDS = 15;
const ACTION_PODS = 0.5;
/** Within it two objectives count as the same. */
const EQUAL_SHARE = 0.01;

export function outcomeOf(
  { arrangement, title, notes }: Pick<Outcome, 'arrangement' | 'title' | 'notes'>,
  record: SimulationRecord,
  { costs, scale }: Pick<Config, 'costs' | 'scale'>,
): Outcome {
  const { requests, violated, podSeconds, requestedCoreSeconds, latencyP95Seconds, scalingActions } = record;
  const seconds = Math.max(1, record.seconds);
  return {
    arrangement,
    title,
    requests,
    violatedShare: requests > 0 ? violated / requests : null,
    latencyP95Ms: latencyP95Seconds === null ? null : latencyP95Seconds * 1000,
    replicaHours: podSeconds / 3600,
    utilisation: requestedCoreSeconds > 0 ? record.cpuSeconds / requestedCoreSeconds : null,
    scalingActions,
    cost: costOf(record, costs),
    objectivePods:
      podSeconds / seconds +
      (scale.violationPrice * violated) / seconds / SCALED_POD_RATE +
      (ACTION_PODS * scalingActions * STEP_SECONDS) / seconds,
    points: record.points,
    notes,
  };
}

/** Who was better, in one sentence; with a single arrangement how it went. */
export function verdictOf(outcomes: readonly Outcome[], violationPrice: number): string {
  const [first, second] = outcomes.toSorted((a, b) => a.objectivePods - b.objectivePods);
  if (!first) return 'Nothing was simulated.';
  if (!second) {
    return `By the ${first.title} ${share(first.violatedShare)} of the requests were late or failed, with ${first.replicaHours.toFixed(2)} replica-hours.`;
  }
  const judged = `at ${violationPrice} pods for each pod of load that is served too late (${first.objectivePods.toFixed(1)} against ${second.objectivePods.toFixed(1)} pods)`;
  const figures =
    `${share(first.violatedShare)} of the requests late or failed against ${share(second.violatedShare)}, ` +
    `with ${first.replicaHours.toFixed(2)} replica-hours against ${second.replicaHours.toFixed(2)}`;
  const isEqual = second.objectivePods - first.objectivePods <= EQUAL_SHARE * second.objectivePods;
  return isEqual
    ? `Both did equally well ${judged}: the ${first.title} had ${figures}.`
    : `The ${first.title} was better ${judged}: ${figures}.`;
}

function costOf({ podSeconds, ...record }: SimulationRecord, costs: Config['costs']): number | null {
  if (podSeconds === 0) return null;
  const price = podPricePerHour(costs, {
    cpuCores: record.requestedCoreSeconds / podSeconds,
    memoryBytes: record.requestedMemoryByteSeconds / podSeconds,
    nodeType: null,
  });
  const requests = (costs.millionRequests * record.requests) / 1e6;
  return price === null ? null : (price * podSeconds) / 3600 + requests;
}

function share(value: number | null): string {
  return value === null ? 'none' : `${(100 * value).toFixed(2)} %`;
}
