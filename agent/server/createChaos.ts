import { Prober } from '../chaos/run/prober';
import { RunStore } from '../chaos/run/runStore';
import type { MetricsFeed } from '../metrics/metricsFeed';
import { type ChaosPorts, SessionChaos } from './sessionChaos';
import { runsDirectory } from './stateDirectory';

type Ports = Omit<ChaosPorts, 'store' | 'prober' | 'collect' | 'random'> & {
  feed: MetricsFeed;
  stateDirectory: string;
};

/** What `$window` stands for in probes where neither the config nor the metrics say. */
const UNKNOWN_WINDOW_MS = 60_000;

/** The experiments of a session, over the cluster and the metrics that it is connected to. */
export function createChaos({ feed, stateDirectory, ...ports }: Ports): SessionChaos {
  const { cluster, config } = ports;
  const { clock, reader } = cluster;
  let windowMs: number | null = null;
  const collect: ChaosPorts['collect'] = async (workload, signal) => {
    const metrics = await feed.collect(workload, clock.nowMs(), signal);
    windowMs = metrics.windowMs ?? windowMs;
    return metrics;
  };
  const prober = new Prober({
    reader,
    ask: (question, signal) => feed.ask(question, signal),
    nowMs: () => clock.nowMs(),
    monotonicMs: () => performance.now(),
    staleAfterMs: () => config().guard.staleAfter,
    windowMs: async (workload, signal) => {
      if (windowMs === null) await collect(workload, signal);
      return config().metrics.window ?? windowMs ?? UNKNOWN_WINDOW_MS;
    },
    watchAgeMs: (namespace) => cluster.ageMs(namespace),
  });
  return new SessionChaos({
    ...ports,
    prober,
    store: new RunStore(runsDirectory(stateDirectory, cluster.context)),
    random: Math.random,
    collect,
  });
}
