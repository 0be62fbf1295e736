import * as z from 'zod';

/** What can be done to a workload, whatever the tool that does it. */
export const FaultKind = z.enum([
  'pod-kill',
  'pod-evict',
  'pod-failure',
  'container-kill',
  'scale-down',
  'node-cordon',
  'bad-image',
  'bad-probe',
  'cpu-stress',
  'memory-stress',
  'network-delay',
  'network-loss',
  'network-partition',
  'network-bandwidth',
  'http-abort',
  'http-delay',
  'dns-error',
  'io-delay',
  'io-error',
  'time-skew',
]);
export type FaultKind = z.infer<typeof FaultKind>;

/** As people call a kind. */
export const FAULT_TITLES: Readonly<Record<FaultKind, string>> = {
  'pod-kill': 'pod kill',
  'pod-evict': 'pod eviction',
  'pod-failure': 'pod failure',
  'container-kill': 'container kill',
  'scale-down': 'scale-down',
  'node-cordon': 'node cordon',
  'bad-image': 'bad image',
  'bad-probe': 'bad readiness probe',
  'cpu-stress': 'CPU stress',
  'memory-stress': 'memory stress',
  'network-delay': 'network delay',
  'network-loss': 'packet loss',
  'network-partition': 'network partition',
  'network-bandwidth': 'bandwidth limit',
  'http-abort': 'HTTP abort',
  'http-delay': 'HTTP delay',
  'dns-error': 'DNS errors',
  'io-delay': 'disk delay',
  'io-error': 'disk errors',
  'time-skew': 'clock skew',
};

/** Who carries a fault out: the Kubernetes API alone, or a chaos tool that is installed in the cluster. */
export const ChaosProviderName = z.enum(['native', 'chaos-mesh', 'litmus']);
export type ChaosProviderName = z.infer<typeof ChaosProviderName>;

/** A fault that runs, or ran, on a workload: ours or somebody else's. */
export const Fault = z.object({
  id: z.string(),
  workloadId: z.string(),
  kind: FaultKind,
  provider: ChaosProviderName,
  /** The run of an experiment that it belongs to, or null. */
  runId: z.string().nullable(),
  /** Names of the pods it hit, as far as the chaos tool has said. */
  pods: z.array(z.string()),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  state: z.enum(['starting', 'running', 'paused', 'recovering', 'ended', 'failed']),
  /** What was done in words, for example `network delay 300 ms on 1 pod`. */
  text: z.string(),
});
export type Fault = z.infer<typeof Fault>;
