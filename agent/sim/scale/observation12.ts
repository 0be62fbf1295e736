import type { Field } from '../../rl/env/env';
import type { ObservationSpec } from './observation';
import { clamp, LATENCY_OBJECTIVE_SECONDS } from './units';

/** Where latency and queueing time are cut: a second, five objectives. */
const LONGEST_SECONDS = 5 * LATENCY_OBJECTIVE_SECONDS;

const share = (name: string, unit: string): Field => ({ name, unit, min: 0, max: 1 });

/**
 * Seed 001's twelve numbers, all in 0…1. The pods of this model are alike, so average and maximum are over the last
 * five minutes. The seed names both queue length and pending requests; requests pend in the queue, so that the second
 * of them is the pods that still start here.
 */
export const observation12: ObservationSpec = {
  podChanges: [-1, 0, 1],
  fields: [
    share('cpuCurrent', 'share of limit'),
    share('cpuAverage', 'share of limit, mean of 5 min'),
    share('cpuMax', 'share of limit, maximum of 5 min'),
    share('memoryCurrent', 'share of limit'),
    share('memoryAverage', 'share of limit, mean of 5 min'),
    share('memoryMax', 'share of limit, maximum of 5 min'),
    share('requestRate', 'share of what the most replicas can serve'),
    share('latencyP95', `seconds, cut at ${LONGEST_SECONDS}`),
    share('queue', `seconds until it is served, cut at ${LONGEST_SECONDS}`),
    share('pods', 'share of the most replicas'),
    share('pendingPods', 'share of pods'),
    share('errorRate', 'share of requests'),
  ],

  write({ metrics, estimates, pods, maxReplicas }, _violationPrice, observation) {
    observation[0] = metrics.cpu;
    observation[1] = metrics.cpuMean;
    observation[2] = metrics.cpuMax;
    observation[3] = metrics.memory;
    observation[4] = metrics.memoryMean;
    observation[5] = metrics.memoryMax;
    observation[6] = clamp(estimates.load / maxReplicas, 0, 1);
    observation[7] = clamp(metrics.latencyP95Seconds / LONGEST_SECONDS, 0, 1);
    const queueSeconds = metrics.backlog / (estimates.podRate * pods.ready);
    observation[8] = clamp(queueSeconds / LONGEST_SECONDS, 0, 1);
    observation[9] = pods.count / maxReplicas;
    observation[10] = (pods.count - pods.ready) / pods.count;
    observation[11] = metrics.errorShare;
  },
};
