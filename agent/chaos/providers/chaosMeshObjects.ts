import type { Workload } from '../../cluster/snapshot';
import { CoxswainError } from '../../protocol';
import type { FaultSpec } from '../experiment/faultSpec';
import { nameOf } from './pods';
import { stressSizeMb } from './stressSize';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The kind of Chaos Mesh object that does a fault, https://chaos-mesh.org/docs/. */
export interface ChaosObject {
  /** `PodChaos` … */
  type: string;
  plural: string;
  /** Under which a Schedule or a Workflow holds it: `podChaos`. */
  key: string;
  /** All but whom it hits and for how long. */
  spec: { [key: string]: Json };
  /** Done is done: it takes no duration. */
  isInstant: boolean;
  /** What is worth telling of its parameters, for example `300 ms`. */
  detail: string;
}

/**
 * Null where Chaos Mesh has no such kind.
 *
 * @throws CoxswainError `config-invalid` where the workload lacks what the fault needs
 */
export function chaosObject(fault: FaultSpec, workload: Workload): ChaosObject | null {
  switch (fault.kind) {
    case 'pod-kill':
      return instant(podChaos({ action: 'pod-kill', gracePeriod: fault.gracePeriodSeconds }));
    case 'pod-failure':
      return podChaos({ action: 'pod-failure' });
    case 'container-kill': {
      const container = fault.container ?? firstContainer(workload);
      return instant(podChaos({ action: 'container-kill', containerNames: [container] }, container));
    }
    case 'cpu-stress':
      return stressChaos({ cpu: { workers: fault.workers, load: fault.load } }, `${fault.load} %`);
    case 'memory-stress': {
      const size = `${fault.sizeMb ?? stressSizeMb(workload)}MB`;
      return stressChaos({ memory: { workers: fault.workers, size } }, size);
    }
    case 'network-delay':
    case 'network-loss':
    case 'network-partition':
    case 'network-bandwidth':
      return networkChaos(fault, workload);
    case 'http-abort':
      return httpChaos({ port: fault.port, path: fault.path, abort: true }, `port ${fault.port}`);
    case 'http-delay': {
      const { port, path, latency } = fault;
      return httpChaos({ port, path, delay: goDuration(latency) }, goDuration(latency));
    }
    case 'dns-error': {
      const patterns = fault.patterns.length > 0 ? { patterns: fault.patterns } : {};
      const spec = { action: fault.random ? 'random' : 'error', ...patterns };
      return object('DNSChaos', 'dnsChaos', spec, fault.patterns.join(', '));
    }
    case 'io-delay': {
      const delay = goDuration(fault.latency);
      const spec = { action: 'latency', delay, volumePath: fault.volumePath, percent: fault.share };
      return object('IOChaos', 'ioChaos', spec, delay);
    }
    case 'io-error': {
      const { errno, volumePath, share } = fault;
      const spec = { action: 'fault', errno, volumePath, percent: share };
      return object('IOChaos', 'ioChaos', spec, `errno ${errno}`);
    }
    case 'time-skew':
      return object('TimeChaos', 'timeChaos', { timeOffset: fault.offset }, fault.offset);
    default:
      return null;
  }
}

/** As Go writes it, to the millisecond; at least one. */
export function goDuration(durationMs: number): string {
  const ms = Math.max(1, Math.round(durationMs));
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

type NetworkFault = Extract<FaultSpec, { kind: `network-${string}` }>;

/** But for a partition, packets that reach a pod can only be told apart by the pods that have sent them. */
function networkChaos(fault: NetworkFault, { ref }: Workload): ChaosObject {
  const { direction } = fault;
  const peers = { mode: 'all', selector: { namespaces: [ref.namespace] } };
  const needsPeers = direction !== 'to' && fault.kind !== 'network-partition';
  const { spec, detail } = networkSpec(fault);
  return object(
    'NetworkChaos',
    'networkChaos',
    { ...spec, direction, ...(needsPeers ? { target: peers } : {}) },
    detail,
  );
}

function networkSpec(fault: NetworkFault): { spec: { [key: string]: Json }; detail: string } {
  switch (fault.kind) {
    case 'network-delay': {
      const [latency, jitter] = [zeroOr(fault.latency), zeroOr(fault.jitter)];
      const delay = { latency, jitter, correlation: String(fault.correlation) };
      return { spec: { action: 'delay', delay }, detail: latency };
    }
    case 'network-loss': {
      const loss = { loss: String(fault.loss), correlation: String(fault.correlation) };
      return { spec: { action: 'loss', loss }, detail: `${fault.loss} %` };
    }
    case 'network-partition':
      return { spec: { action: 'partition' }, detail: '' };
    case 'network-bandwidth': {
      // To Chaos Mesh `bps` are bytes per second.
      const rate = `${fault.rateKbps * 125}bps`;
      const bandwidth = { rate, limit: fault.limitBytes, buffer: fault.bufferBytes };
      return { spec: { action: 'bandwidth', bandwidth }, detail: `${fault.rateKbps} kbit/s` };
    }
  }
}

function zeroOr(durationMs: number): string {
  return durationMs === 0 ? '0ms' : goDuration(durationMs);
}

function podChaos(spec: { [key: string]: Json }, detail = ''): ChaosObject {
  return object('PodChaos', 'podChaos', spec, detail);
}

function stressChaos(stressors: { [key: string]: Json }, detail: string): ChaosObject {
  return object('StressChaos', 'stressChaos', { stressors }, detail);
}

function httpChaos(spec: { [key: string]: Json }, detail: string): ChaosObject {
  return object('HTTPChaos', 'httpChaos', { target: 'Request', ...spec }, detail);
}

function object(type: string, key: string, spec: { [key: string]: Json }, detail: string): ChaosObject {
  return { type, plural: type.toLowerCase(), key, spec, isInstant: false, detail };
}

function instant(chaos: ChaosObject): ChaosObject {
  return { ...chaos, isInstant: true };
}

function firstContainer(workload: Workload): string {
  const [first] = workload.containers;
  if (first) return first.name;
  throw new CoxswainError(
    'config-invalid',
    `${nameOf(workload)} has no container.`,
    'Name the container in `fault.container`.',
  );
}
