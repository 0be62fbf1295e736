import { describe, expect, it } from 'vitest';
import {
  aPod,
  aWorkload,
  fresh,
  MISSING,
  NOW_MS,
  podMetrics,
  someMetrics,
} from '../../../test/support/builders';
import type { Pod, Workload } from '../../cluster/snapshot';
import type { PodMetrics, WorkloadMetrics } from '../../metrics/reading';
import type { EffectVerdict, FaultKind } from '../../protocol';
import { defaultFault } from '../experiment/faultSpec';
import type { EffectFacts } from './effectFacts';
import { verifyEffect } from './verifyEffect';

interface Seen {
  pods?: readonly Pod[];
  workload?: Partial<Workload>;
  podA?: Partial<PodMetrics>;
  whole?: Partial<WorkloadMetrics>;
  schedulable?: boolean;
}

function facts({
  pods = [aPod('a'), aPod('b')],
  workload,
  podA,
  whole,
  schedulable = true,
}: Seen): EffectFacts {
  const metrics = someMetrics({ a: podMetrics(podA), b: podMetrics() }, whole);
  return {
    atMs: NOW_MS,
    workload: aWorkload(pods, workload),
    nodes: new Map([['node-1', { schedulable }]]),
    metrics,
  };
}

const b = aPod('b');
const restarted = aPod('a', { restarts: 1 });
const unready = aPod('a', { ready: false });
const killed = aPod('a', { lastTermination: { reason: 'OOMKilled', exitCode: 137, atMs: NOW_MS + 5000 } });
const stopped = aPod('a', { lastTermination: { reason: 'Error', exitCode: 137, atMs: NOW_MS + 5000 } });
const long = aPod('a', { lastTermination: { reason: 'Error', exitCode: 1, atMs: NOW_MS - 5000 } });
const added = aPod('c', { ready: false, waitingReason: 'ImagePullBackOff' });
const starting = aPod('c', { ready: false, startedAtMs: NOW_MS - 1000 });
const slow = aPod('c', { ready: false, startedAtMs: NOW_MS - 20_000 });
const noData = {
  cpuUtilisation: MISSING,
  memoryUtilisation: MISSING,
  latencyP95Seconds: MISSING,
  errorRate: MISSING,
};

/** Of a fault with its defaults; before it all is well, and pod a is the one that it hits. */
const cases: [kind: FaultKind, what: string, during: Seen, verdict: EffectVerdict][] = [
  ['pod-kill', 'the pod is gone', { pods: [b, aPod('c')] }, 'confirmed'],
  [
    'pod-kill',
    'the pod is on its way out',
    { pods: [aPod('a', { deletingSinceMs: NOW_MS }), b] },
    'confirmed',
  ],
  ['pod-kill', 'another pod is gone', { pods: [aPod('a')] }, 'mismatch'],
  ['pod-kill', 'all pods are there', {}, 'mismatch'],
  ['pod-evict', 'the pod is gone', { pods: [b] }, 'confirmed'],
  ['pod-failure', 'the pod is not ready', { pods: [unready, b] }, 'confirmed'],
  ['pod-failure', 'its container was restarted', { pods: [restarted, b] }, 'confirmed'],
  ['pod-failure', 'all is as before', {}, 'mismatch'],
  ['container-kill', 'a container was restarted', { pods: [restarted, b] }, 'confirmed'],
  ['container-kill', 'a container has just ended', { pods: [stopped, b] }, 'confirmed'],
  ['container-kill', 'a container had ended long before', { pods: [long, b] }, 'mismatch'],
  ['scale-down', 'fewer replicas are wanted', { workload: { desiredReplicas: 1 } }, 'confirmed'],
  ['scale-down', 'as many are wanted', {}, 'mismatch'],
  ['bad-image', 'a new pod is not ready', { pods: [aPod('a'), b, added] }, 'confirmed'],
  [
    'bad-image',
    'a new pod has its image, and is just not ready yet',
    { pods: [aPod('a'), b, starting] },
    'mismatch',
  ],
  ['bad-image', 'no new pod has come', {}, 'mismatch'],
  ['bad-probe', 'a new pod has only just started', { pods: [aPod('a'), b, starting] }, 'mismatch'],
  ['bad-probe', 'a new pod runs for long and is not ready', { pods: [aPod('a'), b, slow] }, 'confirmed'],
  ['bad-probe', 'the new pod is ready', { pods: [b, aPod('c')] }, 'mismatch'],
  ['node-cordon', 'the node takes no pods', { schedulable: false }, 'confirmed'],
  ['node-cordon', 'the node takes pods', {}, 'mismatch'],
  ['cpu-stress', 'CPU is up', { podA: { cpuUtilisation: fresh(0.98) } }, 'confirmed'],
  ['cpu-stress', 'CPU is up a little', { podA: { cpuUtilisation: fresh(0.6) } }, 'mismatch'],
  ['cpu-stress', 'there is no data', { podA: noData }, 'inconclusive'],
  ['memory-stress', 'memory is up', { podA: { memoryUtilisation: fresh(0.9) } }, 'confirmed'],
  [
    'memory-stress',
    'the container was killed for its memory',
    { pods: [killed, b], podA: noData },
    'confirmed',
  ],
  ['memory-stress', 'memory is as before', {}, 'mismatch'],
  ['network-delay', 'p95 is up by the delay', { podA: { latencyP95Seconds: fresh(0.38) } }, 'confirmed'],
  ['network-delay', 'p95 is up by half of it', { podA: { latencyP95Seconds: fresh(0.2301) } }, 'confirmed'],
  ['network-delay', 'p95 is up by less', { podA: { latencyP95Seconds: fresh(0.22) } }, 'mismatch'],
  [
    'network-delay',
    'only the whole has data',
    { podA: noData, whole: { latencyP95Seconds: fresh(0.4) } },
    'confirmed',
  ],
  [
    'network-delay',
    'nothing has data',
    { podA: noData, whole: { latencyP95Seconds: MISSING } },
    'inconclusive',
  ],
  ['http-delay', 'p95 is up', { podA: { latencyP95Seconds: fresh(0.6) } }, 'confirmed'],
  ['io-delay', 'p95 is up', { podA: { latencyP95Seconds: fresh(0.2) } }, 'confirmed'],
  ['network-loss', 'requests fail', { podA: { errorRate: fresh(0.2) } }, 'confirmed'],
  ['network-loss', 'requests take longer', { podA: { latencyP95Seconds: fresh(0.4) } }, 'confirmed'],
  ['network-loss', 'all is as before', {}, 'mismatch'],
  ['http-abort', 'requests fail', { podA: { errorRate: fresh(0.9) } }, 'confirmed'],
  ['dns-error', 'requests fail', { podA: { errorRate: fresh(0.1) } }, 'confirmed'],
  ['io-error', 'requests fail', { podA: { errorRate: fresh(0.1) } }, 'confirmed'],
  ['network-partition', 'no request comes any more', { podA: { requestsPerSecond: fresh(0) } }, 'confirmed'],
  ['network-partition', 'the pod is not ready', { pods: [unready, b], podA: noData }, 'confirmed'],
  ['network-bandwidth', 'requests take longer', { podA: { latencyP95Seconds: fresh(0.2) } }, 'confirmed'],
  [
    'network-bandwidth',
    'nothing has data',
    { podA: noData, whole: { latencyP95Seconds: MISSING, errorRate: MISSING } },
    'inconclusive',
  ],
  ['time-skew', 'all is as before', {}, 'inconclusive'],
];

describe('the effect of', () => {
  it.each(cases)('%s, where %s, is judged', (kind, _, during, verdict) => {
    const effect = verifyEffect({
      fault: defaultFault(kind),
      hit: ['a'],
      before: facts({}),
      during: facts(during),
    });
    expect(effect.verdict).toBe(verdict);
    expect(effect.text).not.toBe('');
  });

  it('a fault on pods that nobody names is looked for on all of them', () => {
    const question = { fault: defaultFault('cpu-stress'), hit: [], before: facts({}) };
    const during = facts({ podA: { cpuUtilisation: fresh(1) } });
    expect(verifyEffect({ ...question, during })).toEqual({
      verdict: 'confirmed',
      text: 'CPU of a 100 %, 50 % before',
    });
  });
});
