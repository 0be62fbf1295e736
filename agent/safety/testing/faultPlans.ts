import { aPod, aWorkload, NOW_MS } from '../../../test/support/builders';
import { defaultFault } from '../../chaos/experiment/faultSpec';
import type { SelectorMode } from '../../chaos/experiment/selectorMode';
import type { FaultPlan } from '../../chaos/providers/provider';
import { providerNamed } from '../../chaos/providers/providers';
import { reduceNativeFault } from '../../cluster/model/faultNative';
import type { Node, RunningFault, Workload } from '../../cluster/snapshot';
import type { ChaosProviderName, FaultKind } from '../../protocol';
import type { FaultOrder } from '../faultOrder';

export const FOUR_PODS = aWorkload(['a', 'b', 'c', 'd'].map((name) => aPod(name)));

const NODE: Node = {
  name: 'node-1',
  uid: 'uid-node-1',
  ready: true,
  readyChangedAtMs: NOW_MS - 600_000,
  schedulable: true,
  annotated: true,
  type: null,
};

interface PlanOptions {
  provider?: ChaosProviderName;
  workload?: Workload;
  name?: string;
  mode?: SelectorMode;
  value?: number | null;
  runId?: string | null;
}

/** What a provider makes of a kind with its defaults. */
export function aPlan(kind: FaultKind, options: PlanOptions = {}): FaultPlan {
  const {
    provider = 'chaos-mesh',
    workload = FOUR_PODS,
    name = 'f',
    mode = 'one',
    value = null,
    runId = null,
  } = options;
  return providerNamed(provider).inject({
    fault: defaultFault(kind),
    workload,
    mode,
    value,
    durationMs: 120_000,
    name,
    runId,
    nowMs: NOW_MS,
    nodes: new Map([['node-1', NODE]]),
    random: () => 0,
  });
}

export function anOrder(plan: FaultPlan, changes: Partial<FaultOrder> = {}): FaultOrder {
  return { workload: FOUR_PODS.ref, plan, by: 'ada', trigger: 'person', ...changes };
}

/** As the watches show the object of a Chaos Mesh fault. */
export function meshFault(name: string, changes: Partial<RunningFault> = {}): RunningFault {
  return {
    id: `uid-${name}`,
    kind: 'network-delay',
    provider: 'chaos-mesh',
    resource: { apiVersion: 'chaos-mesh.org/v1alpha1', plural: 'networkchaos', namespace: 'shop', name },
    runId: null,
    ours: true,
    namespaces: ['shop'],
    podLabels: {},
    pods: [],
    createdAtMs: 0,
    durationMs: null,
    state: 'running',
    trouble: '',
    native: null,
    ...changes,
  };
}

/** As the watches show the native fault that a workload carries. */
export function nativeFaults({ ref, uid, annotations, desiredReplicas, selector }: Workload): RunningFault[] {
  const metadata = {
    namespace: ref.namespace,
    name: ref.name,
    uid,
    annotations,
    labels: {},
    resourceVersion: '1',
    generation: 1,
  };
  const object = { metadata, spec: { replicas: desiredReplicas } };
  const resource = { apiVersion: 'apps/v1', plural: 'deployments' };
  const fault = reduceNativeFault(object, metadata, resource, selector);
  return fault === null ? [] : [fault];
}
