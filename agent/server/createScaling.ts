import type { FaultTracker } from '../chaos/faultTracker';
import type { ClusterConnection } from '../cluster/connection';
import type { MetricsFeed } from '../metrics/metricsFeed';
import { LiveScaling, type LiveScalingPorts } from '../tasks/scale/live/liveScaling';
import type { ScalingService } from './scalingService';

type Ports = Pick<
  LiveScalingPorts,
  | 'config'
  | 'gate'
  | 'agentId'
  | 'hasIncident'
  | 'learned'
  | 'loadPolicy'
  | 'calibration'
  | 'handedBackForDead'
  | 'notedBreaker'
  | 'witness'
  | 'record'
  | 'publish'
  | 'onError'
> & { cluster: ClusterConnection; feed: MetricsFeed; tracker: FaultTracker };

/** The scaling of a session, over the cluster and the metrics that it is connected to. */
export function createScaling({ cluster, feed, tracker, ...ports }: Ports): ScalingService {
  const { clock } = cluster;
  return new LiveScaling({
    ...ports,
    clock,
    monotonicMs: () => performance.now(),
    snapshot: () => cluster.snapshot(),
    watchAgeMs: (namespace) => cluster.ageMs(namespace) ?? Number.POSITIVE_INFINITY,
    load: (workload, round, signal) => feed.load(workload, round, signal),
    faultOn: (id) => {
      const fault = tracker.behind(id, clock.nowMs());
      return fault?.endedAtMs === null ? fault.kind : null;
    },
  });
}
