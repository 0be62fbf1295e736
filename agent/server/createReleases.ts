import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultTracker } from '../chaos/faultTracker';
import type { ClusterConnection } from '../cluster/connection';
import { workloadById } from '../cluster/workloadById';
import type { MetricsFeed } from '../metrics/metricsFeed';
import { type CountedRelease, VersionCounts, type VersionMeasure } from '../metrics/versionCounts';
import { workloadId } from '../protocol';
import { callHook } from '../tasks/canary/hooks/callHook';
import { gateAnswer } from '../tasks/canary/live/gateAnswers';
import { LiveReleases } from '../tasks/canary/live/liveReleases';
import { prepareRelease } from '../tasks/canary/live/prepareRelease';
import { probeRelease } from '../tasks/canary/live/probe';
import type { ReleasePorts } from '../tasks/canary/live/releasePorts';
import { checkReleaseSplit } from '../tasks/canary/live/splitCheck';
import { alertSender } from './releaseAlerts';
import { ReleaseGateLifetime } from './releaseGate';
import type { ReleaseService } from './releaseService';

type Ports = Pick<
  ReleasePorts,
  'config' | 'gate' | 'hasIncident' | 'learned' | 'past' | 'record' | 'publish' | 'onError'
> & {
  cluster: ClusterConnection;
  feed: MetricsFeed;
  tracker: FaultTracker;
  /** An analysis that comes with Coxswain, as YAML; null where there is none of that name. */
  analysis(kind: 'argo-rollouts' | 'flagger', name: string): string | null;
  editorSecret(name: string, signal: AbortSignal): Promise<string | null>;
};

/** The releases of a session, over the cluster and the metrics that it is connected to. */
export function createReleases({
  cluster,
  feed,
  tracker,
  editorSecret,
  analysis,
  ...ports
}: Ports): ReleaseService {
  const { clock, reader } = cluster;
  const { config, gate, record, onError } = ports;
  const ending = new AbortController();
  const { signal } = ending;
  const counts = new VersionCounts();
  const webhooks = new ReleaseGateLifetime({
    ...{ config, record, onError },
    decide: (kind, { namespace, name }) =>
      gateAnswer(kind, releases.controller(workloadId({ kind: 'Canary', namespace, name })), gate),
  });
  const splitPorts = () => ({
    get: (path: string) => reader.get(path, signal),
    canaryHeader: config().canary.canaryHeader,
    signal,
  });
  const releases: LiveReleases = new LiveReleases({
    ...ports,
    clock,
    monotonicMs: () => performance.now(),
    newId: randomUUID,
    snapshot: () => cluster.snapshot(),
    watchAgeMs: (namespace) => cluster.ageMs(namespace) ?? Number.POSITIVE_INFINITY,
    measure: async (questions, round, aborted) =>
      feed.client ? counts.measure(feed.client, questions, round, aborted) : unmeasured(questions, feed),
    faultOn: (id) => {
      const fault = tracker.behind(id, clock.nowMs());
      return fault?.endedAtMs === null ? fault.kind : null;
    },
    callHook: (order, aborted) => callHook(order, { fetch, sleep: wait }, aborted),
    alert: alertSender({ reader, config, editorSecret, record, signal }),
    checkSplit: (params, release) => checkReleaseSplit(release, params, splitPorts()),
    probe: (release) => {
      const seconds = config().canary.interval / clock.rate / 1000;
      return probeRelease(release, seconds, { ...splitPorts(), sleep: wait });
    },
    prepare: (params, by) =>
      prepareRelease(workloadById(cluster.snapshot(), params.workloadId), params, by, {
        ...{ reader, gate, releases: cluster.snapshot().releases.values() },
        capabilities: cluster.capabilities,
        gateUrl: webhooks.url,
        analysis,
      }),
  });
  return {
    start: () => {
      void webhooks.follow();
      releases.start();
    },
    clusterChanged: (change) => releases.clusterChanged(change),
    proposalChanged: (proposal) => releases.proposalChanged(proposal),
    configChanged: () => {
      void webhooks.follow();
      releases.configChanged();
    },
    policySwitched: () => releases.policySwitched(),
    operate: (params, by) => releases.operate(params, by),
    setSteering: (params, by) => releases.setSteering(params, by),
    prepare: (params, by) => releases.prepare(params, by),
    checkSplit: (params) => releases.checkSplit(params),
    returns: () => releases.returns(),
    hasSay: (id) => releases.hasSay(id),
    stopAll: (why, by) => releases.stopAll(why, by),
    close: async (why) => {
      ending.abort(new Error(why));
      await Promise.all([releases.close(why), webhooks.close()]);
    },
  };
}

/** Wall time. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal });
}

/** Without Prometheus nothing is counted, and that is said. */
function unmeasured(
  questions: readonly CountedRelease[],
  { source }: MetricsFeed,
): Map<string, VersionMeasure> {
  const why =
    source.kind === 'none' ? source.reason : 'metrics-server knows nothing of requests: Prometheus is needed';
  return new Map(questions.map(({ id }) => [id, { kind: 'missing', why }]));
}
