import type { FaultTracker } from '../chaos/faultTracker';
import type { ClusterConnection } from '../cluster/connection';
import { ControlLoop } from '../loop/controlLoop';
import type { LoopPorts } from '../loop/ports';
import type { HealFacts } from '../tasks/heal/facts';
import { createHealTask } from '../tasks/heal/heal';
import type { LearnedHeal } from '../tasks/heal/policies/learned';
import type { HealWitness } from '../tasks/heal/witness';

type Ports = Pick<
  LoopPorts<HealFacts>,
  'config' | 'metrics' | 'proposer' | 'replicasLeft' | 'record' | 'publish' | 'onError'
> & {
  cluster: ClusterConnection;
  tracker: FaultTracker;
  learnedHeal(): LearnedHeal | null;
  witness: HealWitness | null;
};

/** The loop that heals, over the cluster that a session is connected to. */
export function createLoop({
  cluster,
  tracker,
  learnedHeal,
  witness,
  ...ports
}: Ports): ControlLoop<HealFacts> {
  const { clock } = cluster;
  return new ControlLoop({
    ...ports,
    clock,
    monotonicMs: () => performance.now(),
    snapshot: () => cluster.snapshot(),
    watchAgeMs: (namespace) => cluster.ageMs(namespace) ?? Number.POSITIVE_INFINITY,
    task: createHealTask(ports.config, Math.random, learnedHeal, witness),
    faultBehind: (id) => tracker.behind(id, clock.nowMs()),
  });
}
