import { MANAGED_BY, MANAGER } from '../cluster/labels';
import type { Workload } from '../cluster/snapshot';
import type { FaultKind } from '../protocol';
import type { ReversibleChange } from '../safety/change';

const API_VERSION = 'chaos-mesh.org/v1alpha1';

export interface FaultRequest {
  kind: FaultKind;
  workload: Workload;
  /** Unique in the namespace; a DNS label. */
  name: string;
  durationMs: number;
}

/** The Chaos Mesh object for a fault on one pod of a workload, as a change whose inverse deletes it again. */
export function chaosMeshFault(request: FaultRequest): ReversibleChange & { text: string } {
  const { workload, name } = request;
  const { kind, plural, spec, text } = EXPERIMENTS[request.kind](request);
  const resource = { apiVersion: API_VERSION, plural, namespace: workload.ref.namespace, name };
  return {
    text,
    description: `inject ${text} into ${workload.ref.name}`,
    write: {
      verb: 'create',
      resource,
      object: {
        apiVersion: API_VERSION,
        kind,
        metadata: { name, namespace: workload.ref.namespace, labels: { [MANAGED_BY]: MANAGER } },
        spec: { mode: 'one', selector: selectorOf(workload), ...spec },
      },
    },
    inverse: { kind: 'write', write: { verb: 'delete', resource }, safe: true },
  };
}

interface Experiment {
  kind: string;
  plural: string;
  spec: Record<string, JsonValue>;
  text: string;
}

const EXPERIMENTS: Record<FaultKind, (request: FaultRequest) => Experiment> = {
  'pod-kill': () => ({
    kind: 'PodChaos',
    plural: 'podchaos',
    spec: { action: 'pod-kill', gracePeriod: 0 },
    text: 'pod kill on 1 pod',
  }),
  'cpu-stress': ({ durationMs }) => ({
    kind: 'StressChaos',
    plural: 'stresschaos',
    spec: { stressors: { cpu: { workers: 4, load: 100 } }, duration: goDuration(durationMs) },
    text: 'CPU stress on 1 pod',
  }),
  'memory-stress': ({ workload, durationMs }) => ({
    kind: 'StressChaos',
    plural: 'stresschaos',
    spec: {
      stressors: { memory: { workers: 1, size: memoryStressSize(workload) } },
      duration: goDuration(durationMs),
    },
    text: 'memory stress on 1 pod',
  }),
  'network-delay': ({ durationMs }) => ({
    kind: 'NetworkChaos',
    plural: 'networkchaos',
    spec: {
      action: 'delay',
      delay: { latency: '300ms', jitter: '30ms', correlation: '25' },
      duration: goDuration(durationMs),
    },
    text: 'network delay 300 ms on 1 pod',
  }),
};

type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

function selectorOf(workload: Workload): JsonValue {
  return { namespaces: [workload.ref.namespace], labelSelectors: { ...workload.selector } };
}

/** As much as the limit, so that with what the container holds already it is exceeded. */
function memoryStressSize(workload: Workload): string {
  const bytes = workload.memoryLimitBytes ?? 512 * 2 ** 20;
  return `${Math.ceil(bytes / 2 ** 20)}MB`;
}

/** Chaos Mesh takes durations as Go writes them. */
function goDuration(durationMs: number): string {
  return `${Math.max(1, Math.round(durationMs / 1000))}s`;
}
