import { NO_FAULTS } from '../../../sim/podModel';
import type { KubeObject, ObjectStore } from '../../objectStore';
import { shareToNames } from '../chaos/dependencies';
import { type Effects, NO_EFFECTS, stressFaults } from '../chaos/effects';
import { networkFaults } from '../chaos/networkEffects';
import type { RunningPod } from '../nodes/kubelet';
import type { Tunables } from './engineSpec';

/** How stress-ng reads 0 CPU cores: as many workers as the node has. */
const NODE_CORES = 4;
const NO_TARGETS = { selector: {}, mode: 'all' } as const;

/** What an experiment that lasts does to one pod. Throws RangeError for malformed values. */
export type LastingFault = (
  tunables: Tunables,
  target: RunningPod,
  pod: KubeObject,
  store: Pick<ObjectStore, 'list'>,
) => Effects;

const withFaults = (faults: Effects['faults']): Effects => ({ ...NO_EFFECTS, faults });

/** By name of the experiment; `pod-delete` is none of them. */
export const LASTING_FAULTS: Readonly<Record<string, LastingFault>> = {
  'pod-cpu-hog': (tunables, { sim }) => {
    const workers = tunables.amount('CPU_CORES', 1) || NODE_CORES;
    const load = tunables.amount('CPU_LOAD', 100);
    return withFaults(stressFaults({ ...NO_TARGETS, stressors: { cpu: { workers, load } } }, sim.model));
  },
  'pod-memory-hog': (tunables, { sim }) => {
    const workers = tunables.amount('NUMBER_OF_WORKERS', 1);
    const size = `${tunables.amount('MEMORY_CONSUMPTION', 500)}MB`;
    return withFaults(stressFaults({ ...NO_TARGETS, stressors: { memory: { workers, size } } }, sim.model));
  },
  'pod-network-latency': (tunables, target, pod, store) => {
    const latency = `${tunables.amount('NETWORK_LATENCY', 2000)}ms`;
    const jitter = `${tunables.amount('JITTER', 0)}ms`;
    return network({ action: 'delay', delay: { latency, jitter } }, tunables, target, pod, store);
  },
  'pod-network-loss': (tunables, target, pod, store) => {
    const loss = String(tunables.amount('NETWORK_PACKET_LOSS_PERCENTAGE', 100));
    return network({ action: 'loss', loss: { loss } }, tunables, target, pod, store);
  },
};

function network(
  fault:
    | { action: 'delay'; delay: { latency: string; jitter: string } }
    | { action: 'loss'; loss: { loss: string } },
  tunables: Tunables,
  { sim, behaviour }: RunningPod,
  pod: KubeObject,
  store: Pick<ObjectStore, 'list'>,
): Effects {
  const { responseBytes, dependencyShare } = behaviour;
  const hosts = tunables.list('DESTINATION_HOSTS');
  const addresses = tunables.list('DESTINATION_IPS');
  const hasDestination = hosts.length + addresses.length > 0;
  const reached = addresses.length > 0 ? 1 : shareToNames(store, pod, hosts);
  const faults = networkFaults(
    { ...NO_TARGETS, direction: 'to', ...fault },
    {
      responseBytes,
      timeoutSeconds: sim.model.timeoutSeconds,
      callShare: hasDestination ? reached * dependencyShare : null,
    },
  );
  return withFaults({ ...NO_FAULTS, ...faults });
}
