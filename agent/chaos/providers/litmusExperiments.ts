import type { Workload } from '../../cluster/snapshot';
import type { FaultSpec } from '../experiment/faultSpec';
import type { Choice } from './pods';
import { stressSizeMb } from './stressSize';

/** One of the experiments of the ChaosHub, https://litmuschaos.github.io/litmus/experiments/. */
export interface LitmusExperiment {
  name: string;
  env: Record<string, string>;
  /** What is worth telling of its parameters, for example `300 ms`. */
  detail: string;
}

/** Null where Litmus has no such kind. */
export function litmusExperiment(
  fault: FaultSpec,
  durationMs: number,
  workload: Workload,
): LitmusExperiment | null {
  const common = { TOTAL_CHAOS_DURATION: seconds(durationMs), SEQUENCE: 'parallel' };
  switch (fault.kind) {
    case 'pod-kill':
      return { name: 'pod-delete', env: podDelete(fault.gracePeriodSeconds), detail: '' };
    case 'cpu-stress': {
      const env = { ...common, CPU_CORES: String(fault.workers), CPU_LOAD: String(fault.load) };
      return { name: 'pod-cpu-hog', env, detail: `${fault.load} %` };
    }
    case 'memory-stress': {
      const size = String(fault.sizeMb ?? stressSizeMb(workload));
      const env = { ...common, MEMORY_CONSUMPTION: size, NUMBER_OF_WORKERS: String(fault.workers) };
      return { name: 'pod-memory-hog', env, detail: `${size}MB` };
    }
    case 'network-delay': {
      const latency = String(Math.max(1, Math.round(fault.latency)));
      const env = { ...common, NETWORK_LATENCY: latency, JITTER: String(Math.round(fault.jitter)) };
      return { name: 'pod-network-latency', env, detail: `${latency}ms` };
    }
    case 'network-loss': {
      const env = { ...common, NETWORK_PACKET_LOSS_PERCENTAGE: String(Math.round(fault.loss)) };
      return { name: 'pod-network-loss', env, detail: `${Math.round(fault.loss)} %` };
    }
    default:
      return null;
  }
}

/** Kills over and over in its interval while its time lasts: with both the same it kills once. */
const ONCE_SECONDS = '15';

function podDelete(gracePeriodSeconds: number): Record<string, string> {
  return {
    TOTAL_CHAOS_DURATION: ONCE_SECONDS,
    CHAOS_INTERVAL: ONCE_SECONDS,
    FORCE: String(gracePeriodSeconds === 0),
    SEQUENCE: 'parallel',
  };
}

/**
 * The value of PODS_AFFECTED_PERC. Litmus takes the floor of that share, and one pod at least (0 is one pod); so
 * `fixed` becomes the least share that comes to as many, which over a hundred pods may come to some more.
 *
 * @param available pods of the target
 * @returns `worst`: pods that are hit at the most
 */
export function podsAffected(
  { mode, value }: Choice,
  available: number,
  random: () => number,
): { percent: number; worst: number } {
  const hit = (percent: number) => Math.max(1, Math.floor((available * percent) / 100));
  switch (mode) {
    case 'one':
      return { percent: 0, worst: 1 };
    case 'all':
      return { percent: 100, worst: available };
    case 'fixed': {
      const percent = Math.min(100, Math.ceil((100 * (value ?? 1)) / available));
      return { percent, worst: hit(percent) };
    }
    case 'fixed-percent':
      return { percent: value ?? 0, worst: hit(value ?? 0) };
    case 'random-max-percent':
      return { percent: Math.floor(random() * ((value ?? 0) + 1)), worst: hit(value ?? 0) };
  }
}

function seconds(durationMs: number): string {
  return String(Math.max(1, Math.round(durationMs / 1000)));
}
