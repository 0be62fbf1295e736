/**
 * What can happen to a Deployment, in the order of their numbers, which begin at 1; 0 is no fault.
 *
 * `remedy` is what helps before the fault ends by itself: `replace` (a pod that is made anew is free of it, and one
 * without traffic does no harm), `scale-up`, or `time` alone.
 */
export const FAULTS = [
  /** The process cannot stay up: something of the pod's own state is broken. The kubelet restarts it in vain. */
  { name: 'pod-crash', remedy: 'replace' },
  /** Some containers restart on a bad configuration; every container that starts from now on crashes. */
  { name: 'bad-config', remedy: 'time' },
  /** Memory fills within a minute, the kernel kills the process, and it begins again. */
  { name: 'oom', remedy: 'replace' },
  { name: 'cpu-stress', remedy: 'replace' },
  /** As `oom` over minutes; a pod short of memory is slow. */
  { name: 'memory-leak', remedy: 'replace' },
  { name: 'delay', remedy: 'replace' },
  { name: 'packet-loss', remedy: 'replace' },
  /** The process answers nothing. In some episodes the readiness probe finds out. */
  { name: 'hung', remedy: 'replace' },
  { name: 'load-surge', remedy: 'scale-up' },
  /** A node is gone; Kubernetes notices late and evicts its pods later still. */
  { name: 'node-loss', remedy: 'replace' },
  /** Pods are deleted; their ReplicaSet has made new ones already. */
  { name: 'pod-kill', remedy: 'time' },
  /** What the workload depends on is slow or fails, and so does each of its pods. */
  { name: 'dependency', remedy: 'time' },
] as const satisfies readonly { name: string; remedy: 'replace' | 'scale-up' | 'time' }[];

export type FaultName = (typeof FAULTS)[number]['name'];

export const FAULT_NAMES = FAULTS.map(({ name }) => name) as [FaultName, ...FaultName[]];

/** The number of a fault, from 1. */
export function faultNumber(name: FaultName): number {
  return FAULT_NAMES.indexOf(name) + 1;
}

export const NO_FAULT = 0;
export const POD_CRASH = faultNumber('pod-crash');
export const BAD_CONFIG = faultNumber('bad-config');
export const OOM = faultNumber('oom');
export const CPU_STRESS = faultNumber('cpu-stress');
export const MEMORY_LEAK = faultNumber('memory-leak');
export const DELAY = faultNumber('delay');
export const PACKET_LOSS = faultNumber('packet-loss');
export const HUNG = faultNumber('hung');
export const LOAD_SURGE = faultNumber('load-surge');
export const NODE_LOSS = faultNumber('node-loss');
export const POD_KILL = faultNumber('pod-kill');
export const DEPENDENCY = faultNumber('dependency');
