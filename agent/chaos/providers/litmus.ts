import { MANAGED_BY, MANAGER, RUN_ID } from '../../cluster/labels';
import type { RunningFault, Workload } from '../../cluster/snapshot';
import { CoxswainError, FAULT_TITLES, type FaultKind } from '../../protocol';
import type { ReversibleChange } from '../../safety/change';
import { type LitmusExperiment, litmusExperiment, podsAffected } from './litmusExperiments';
import { choiceText, nameOf, requirePods } from './pods';
import type { ChaosProvider, FaultPlan, FaultRequest } from './provider';
import { missingTool, unknownKind, withoutWorkflows } from './refusals';

export const LITMUS_API = 'litmuschaos.io/v1alpha1';
/** The service account of the experiments' pods, with the name that the manuals of Litmus give it. */
export const LITMUS_SERVICE_ACCOUNT = 'litmus-admin';

const TITLE = 'LitmusChaos';
const KINDS = [
  'pod-kill',
  'cpu-stress',
  'memory-stress',
  'network-delay',
  'network-loss',
] as const satisfies readonly FaultKind[];

/**
 * LitmusChaos 3. Beside the operator it needs, in the namespace of the target, the ChaosExperiment of the kind and the
 * service account `litmus-admin`.
 */
export const litmus: ChaosProvider = {
  name: 'litmus',
  title: TITLE,
  kinds: KINDS,
  missing: (capabilities) => missingTool('litmus', TITLE, capabilities),
  inject,
  injectWorkflow: () => {
    throw withoutWorkflows(TITLE, 'workflows');
  },
  recover: (fault) => [stopping(fault), deletion(fault)],
  forceRecovery: (fault) => [withoutFinalizers(fault), deletion(fault)],
  pause: () => null,
};

function inject(request: FaultRequest): FaultPlan {
  const { fault, workload, name } = request;
  const experiment = litmusExperiment(fault, request.durationMs, workload);
  if (experiment === null) throw unknownKind(litmus, fault.kind);
  const { percent, worst } = podsAffected(request, requirePods(workload).length, request.random);
  const text = [FAULT_TITLES[fault.kind], experiment.detail, 'on', choiceText(request)]
    .filter((part) => part !== '')
    .join(' ');
  const resource = {
    apiVersion: LITMUS_API,
    plural: 'chaosengines',
    namespace: workload.ref.namespace,
    name,
  };
  return {
    kind: fault.kind,
    provider: 'litmus',
    text,
    affectedPods: worst,
    pods: [],
    changes: [
      {
        description: `inject ${text} into ${workload.ref.name}`,
        write: { verb: 'create', resource, object: chaosEngine(request, experiment, percent) },
        inverse: { kind: 'write', write: { verb: 'delete', resource }, safe: true },
      },
    ],
    isInstant: fault.kind === 'pod-kill',
  };
}

function chaosEngine({ workload, name, runId }: FaultRequest, experiment: LitmusExperiment, percent: number) {
  const { namespace } = workload.ref;
  const env = { ...experiment.env, PODS_AFFECTED_PERC: String(percent) };
  return {
    apiVersion: LITMUS_API,
    kind: 'ChaosEngine',
    metadata: {
      name,
      namespace,
      labels: { [MANAGED_BY]: MANAGER, ...(runId === null ? {} : { [RUN_ID]: runId }) },
    },
    spec: {
      engineState: 'active',
      appinfo: { appns: namespace, applabel: labelsOf(workload), appkind: 'deployment' },
      chaosServiceAccount: LITMUS_SERVICE_ACCOUNT,
      jobCleanUpPolicy: 'delete',
      experiments: [
        {
          name: experiment.name,
          spec: {
            components: { env: Object.entries(env).map(([key, value]) => ({ name: key, value })) },
          },
        },
      ],
    },
  };
}

function labelsOf(workload: Workload): string {
  const labels = Object.entries(workload.selector).map(([key, value]) => `${key}=${value}`);
  if (labels.length > 0) return labels.join(',');
  throw new CoxswainError(
    'capability-missing',
    `${nameOf(workload)} selects its pods by expressions alone, by which Litmus cannot be told to hit them.`,
    'Add a label to `spec.selector.matchLabels`, or choose the provider native.',
  );
}

/** The operator then has the experiment's pods take back what they have done. */
function stopping({ resource, id }: RunningFault): ReversibleChange {
  return {
    description: `stop fault ${resource.name}`,
    write: {
      verb: 'json-patch',
      resource,
      operations: [
        { op: 'test', path: '/metadata/uid', value: id },
        { op: 'replace', path: '/spec/engineState', value: 'stop' },
      ],
    },
    inverse: { kind: 'none', why: 'a fault that has ended is not started again' },
  };
}

function deletion({ resource, id }: RunningFault): ReversibleChange {
  return {
    description: `delete fault ${resource.name}`,
    write: { verb: 'delete', resource, uid: id },
    inverse: { kind: 'none', why: 'a fault that has ended is not started again' },
  };
}

function withoutFinalizers({ resource, id }: RunningFault): ReversibleChange {
  return {
    description: `remove the finalizers of fault ${resource.name} by force`,
    write: {
      verb: 'json-patch',
      resource,
      operations: [
        { op: 'test', path: '/metadata/uid', value: id },
        // `add` sets it whether it is there or not.
        { op: 'add', path: '/metadata/finalizers', value: [] },
      ],
    },
    inverse: { kind: 'none', why: 'the fault is being removed' },
  };
}
