import { CoxswainError, FAULT_TITLES, type FaultKind } from '../../protocol';
import type { ReversibleChange } from '../../safety/change';
import { nativeChange, nativeRemoval, nativeRestoration, readRecordFor } from './nativeChange';
import { affectedByCordon, affectedByRollout, chooseNodes, choosePods } from './nativeTargets';
import { choiceText } from './pods';
import type { ChaosProvider, FaultPlan, FaultRequest } from './provider';
import { unknownKind, withoutWorkflows } from './refusals';

const TITLE = 'The Kubernetes API alone';
const KINDS = [
  'pod-kill',
  'pod-evict',
  'scale-down',
  'bad-image',
  'bad-probe',
  'node-cordon',
] as const satisfies readonly FaultKind[];

/** What the Kubernetes API alone can do: no tool has to be installed. */
export const native: ChaosProvider = {
  name: 'native',
  title: TITLE,
  kinds: KINDS,
  missing: () => null,
  inject,
  injectWorkflow: () => {
    throw withoutWorkflows(TITLE, 'workflows');
  },
  recover: (fault) => (fault.native ? nativeRestoration(fault, fault.native) : []),
  // An annotation that cannot be read stands in the way of everything else, and says nothing to anybody.
  forceRecovery: (fault) =>
    fault.native?.record === null ? [nativeRemoval(fault, fault.native)] : native.recover(fault),
  pause: () => null,
};

function inject(request: FaultRequest): FaultPlan {
  switch (request.fault.kind) {
    case 'pod-kill':
    case 'pod-evict':
      return removePods(request, request.fault);
    case 'scale-down':
    case 'bad-image':
    case 'bad-probe':
      return changeDeployment(request, request.fault.kind);
    case 'node-cordon':
      return cordon(request);
    default:
      throw unknownKind(native, request.fault.kind);
  }
}

/** Pods are chosen here, and each is removed with its uid, so that none that came after it is hit in its place. */
function removePods(
  request: FaultRequest,
  fault: Extract<FaultRequest['fault'], { kind: 'pod-kill' | 'pod-evict' }>,
): FaultPlan {
  const { namespace } = request.workload.ref;
  const pods = choosePods(request);
  const changes = pods.map(({ name, uid }): ReversibleChange => {
    const resource = { apiVersion: 'v1', plural: 'pods', namespace, name };
    const killing = fault.kind === 'pod-kill';
    return {
      description: `${killing ? 'kill' : 'evict'} pod ${name}`,
      write: killing
        ? { verb: 'delete', resource, uid, gracePeriodSeconds: fault.gracePeriodSeconds }
        : { verb: 'evict', resource, uid },
      inverse: { kind: 'none', why: 'its ReplicaSet replaces the pod' },
    };
  });
  return {
    ...planOf(request, changes),
    text: `${FAULT_TITLES[fault.kind]} on ${pods.length === 1 ? pods[0]?.name : `${pods.length} pods`}`,
    affectedPods: pods.length,
    pods: pods.map(({ name }) => name),
    isInstant: true,
  };
}

function changeDeployment(request: FaultRequest, kind: 'scale-down' | 'bad-image' | 'bad-probe'): FaultPlan {
  const { workload } = request;
  const { namespace, name } = workload.ref;
  const record = readRecordFor(request);
  const change = nativeChange(record, {
    resource: { apiVersion: 'apps/v1', plural: 'deployments', namespace, name },
    uid: workload.uid,
    resourceVersion: workload.resourceVersion,
    annotated: workload.annotated,
    description: `${FAULT_TITLES[kind]} on ${name}`,
  });
  const taken = record.kind === 'scale-down' ? record.before - record.during : affectedByRollout(workload);
  return {
    ...planOf(request, [change]),
    text:
      record.kind === 'scale-down'
        ? `scale-down from ${record.before} to ${record.during}`
        : change.description,
    affectedPods: taken,
  };
}

function cordon(request: FaultRequest): FaultPlan {
  const nodes = chooseNodes(request);
  const changes = nodes.map((node) =>
    nativeChange(readRecordFor(request, node), {
      resource: { apiVersion: 'v1', plural: 'nodes', namespace: '', name: node.name },
      uid: node.uid,
      resourceVersion: null,
      annotated: node.annotated,
      description: `cordon node ${node.name}`,
    }),
  );
  const names = nodes.map(({ name }) => name);
  return {
    ...planOf(request, changes),
    text: `node cordon of ${names.join(', ')} (${choiceText(request)})`,
    affectedPods: affectedByCordon(request.workload, names),
  };
}

function planOf(request: FaultRequest, changes: readonly ReversibleChange[]): FaultPlan {
  const [first, ...others] = changes;
  if (first === undefined) {
    throw new CoxswainError(
      'config-invalid',
      `The fault would hit nothing: mode ${request.mode} with value ${request.value} came to no pod of ${request.workload.ref.name}.`,
      'Choose a mode that hits at least one pod.',
    );
  }
  return {
    kind: request.fault.kind,
    provider: 'native',
    text: '',
    affectedPods: 0,
    pods: [],
    changes: [first, ...others],
    isInstant: false,
  };
}
