import { MANAGED_BY, MANAGER, RUN_ID } from '../../cluster/labels';
import type { RunningFault, Workload } from '../../cluster/snapshot';
import { CoxswainError, FAULT_TITLES, FaultKind } from '../../protocol';
import type { ReversibleChange } from '../../safety/change';
import type { ExperimentSchedule } from '../experiment/schedule';
import { groupsOf } from '../experiment/workflow';
import { type ChaosObject, chaosObject, goDuration, type Json } from './chaosMeshObjects';
import { workflowSpec } from './chaosMeshWorkflow';
import { choiceText, mostAffected, nameOf, requirePods } from './pods';
import type { ChaosProvider, FaultPlan, FaultRequest, FaultTarget, WorkflowRequest } from './provider';
import { missingTool, unknownKind } from './refusals';

export const CHAOS_MESH_API = 'chaos-mesh.org/v1alpha1';
const TITLE = 'Chaos Mesh';
const PAUSE = 'experiment.chaos-mesh.org/pause';
/** Chaos Mesh then takes its finalizer away, whatever has become of the target. */
const CLEAN_FINALIZER = { key: 'chaos-mesh.chaos-mesh.org/cleanFinalizer', value: 'forced' };

/** Chaos Mesh 2: all but what only the Kubernetes API itself can do. */
export const chaosMesh: ChaosProvider = {
  name: 'chaos-mesh',
  title: TITLE,
  kinds: FaultKind.options.filter(
    (kind) => !['pod-evict', 'scale-down', 'node-cordon', 'bad-image', 'bad-probe'].includes(kind),
  ),
  missing: (capabilities) => missingTool('chaos-mesh', TITLE, capabilities),
  inject,
  injectWorkflow,
  recover: (fault) => [deletion(fault, `end fault ${fault.resource.name}`)],
  forceRecovery: (fault) => [cleaning(fault), deletion(fault, `delete fault ${fault.resource.name}`)],
  pause: (fault, paused) => (canPause(fault) ? [pausing(fault, paused)] : null),
};

/** The objects that Chaos Mesh is handed over where it is to repeat an experiment by itself. */
export function chaosMeshSchedule(
  target: FaultTarget,
  what: { fault: FaultRequest } | { workflow: WorkflowRequest },
  { cron, concurrencyPolicy, historyLimit, startingDeadline }: ExperimentSchedule,
): Json {
  const { type, key, spec } =
    'fault' in what
      ? objectFor(what.fault)
      : { type: 'Workflow', key: 'workflow', spec: workflowOf(what.workflow) };
  return objectOf(target, 'Schedule', {
    schedule: cron,
    concurrencyPolicy,
    historyLimit,
    ...(startingDeadline === undefined
      ? {}
      : { startingDeadlineSeconds: Math.max(1, Math.round(startingDeadline / 1000)) }),
    type,
    [key]: spec,
  });
}

function inject(request: FaultRequest): FaultPlan {
  const { fault, workload } = request;
  const affectedPods = affected(request);
  const { type, plural, spec, isInstant, detail } = objectFor(request);
  const text = [FAULT_TITLES[fault.kind], detail, 'on', choiceText(request)]
    .filter((part) => part !== '')
    .join(' ');
  return {
    kind: fault.kind,
    provider: 'chaos-mesh',
    text,
    affectedPods,
    pods: [],
    changes: [creation(request, type, plural, spec, `inject ${text} into ${workload.ref.name}`)],
    isInstant,
  };
}

function injectWorkflow(request: WorkflowRequest): FaultPlan {
  const { workload, steps } = request;
  const groups = groupsOf(steps);
  const requests = groups.map((group) => group.flatMap((action) => requestsOf(request, action)));
  const first = requests.flat()[0];
  if (!first) {
    throw new CoxswainError('config-invalid', 'The workflow only waits.', 'Give one of its steps a fault.');
  }
  const together = requests.map((group) => group.reduce((sum, each) => sum + affected(each), 0));
  const text = `workflow of ${groups.length} ${groups.length === 1 ? 'step' : 'steps'}`;
  const spec = workflowOf(request);
  return {
    kind: first.fault.kind,
    provider: 'chaos-mesh',
    text,
    affectedPods: Math.min(requirePods(workload).length, Math.max(...together)),
    pods: [],
    changes: [creation(request, 'Workflow', 'workflows', spec, `start a ${text} on ${workload.ref.name}`)],
    isInstant: false,
  };
}

function requestsOf(
  request: WorkflowRequest,
  { fault, mode, value, duration }: ReturnType<typeof groupsOf>[number][number],
): FaultRequest[] {
  if (fault === undefined) return [];
  return [{ ...request, fault, mode, value: value ?? null, durationMs: duration ?? request.durationMs }];
}

function workflowOf(request: WorkflowRequest): Json {
  return workflowSpec(request.steps, request.durationMs, (action) => {
    const [each] = requestsOf(request, action);
    if (!each) throw new TypeError('a step that waits has no fault');
    return objectFor(each);
  });
}

function objectFor(request: FaultRequest): ChaosObject & { spec: Json } {
  const { workload, mode, value, fault } = request;
  refuseWithoutLabels(workload);
  const object = chaosObject(fault, workload);
  if (object === null) throw unknownKind(chaosMesh, fault.kind);
  const spec: Json = {
    mode,
    ...(value === null ? {} : { value: String(value) }),
    selector: { namespaces: [workload.ref.namespace], labelSelectors: { ...workload.selector } },
    ...object.spec,
    ...(object.isInstant ? {} : { duration: goDuration(request.durationMs) }),
  };
  return { ...object, spec };
}

/** @throws CoxswainError `config-invalid` where nothing would be hit. */
function affected(request: FaultRequest): number {
  const count = mostAffected(request, requirePods(request.workload).length);
  if (count > 0) return count;
  throw new CoxswainError(
    'config-invalid',
    `The fault would hit nothing: ${choiceText(request)} of ${nameOf(request.workload)} is less than one pod.`,
    'Choose a mode that hits at least one pod.',
  );
}

/** Without labels to select by, a fault would hit any pod of the namespace. */
function refuseWithoutLabels(workload: Workload): void {
  if (Object.keys(workload.selector).length > 0) return;
  throw new CoxswainError(
    'capability-missing',
    `${nameOf(workload)} selects its pods by expressions alone, by which Chaos Mesh cannot be told to hit them.`,
    'Add a label to `spec.selector.matchLabels`, or choose the provider native.',
  );
}

function creation(
  target: FaultTarget,
  kind: string,
  plural: string,
  spec: Json,
  description: string,
): ReversibleChange {
  const { namespace } = target.workload.ref;
  const resource = { apiVersion: CHAOS_MESH_API, plural, namespace, name: target.name };
  return {
    description,
    write: { verb: 'create', resource, object: objectOf(target, kind, spec) },
    inverse: { kind: 'write', write: { verb: 'delete', resource }, safe: true },
  };
}

function objectOf({ name, runId, workload }: FaultTarget, kind: string, spec: Json): Json {
  const labels = { [MANAGED_BY]: MANAGER, ...(runId === null ? {} : { [RUN_ID]: runId }) };
  const { namespace } = workload.ref;
  // There from the start, so that a JSON patch can set it, and others beside it.
  const annotations = { [PAUSE]: 'false' };
  return { apiVersion: CHAOS_MESH_API, kind, metadata: { name, namespace, labels, annotations }, spec };
}

function deletion({ resource, id }: RunningFault, description: string): ReversibleChange {
  return {
    description,
    write: { verb: 'delete', resource, uid: id },
    inverse: { kind: 'none', why: 'a fault that has ended is not started again' },
  };
}

/** All objects of ours have annotations from the start: see `objectOf`. */
function cleaning({ resource, id }: RunningFault): ReversibleChange {
  return {
    description: `have Chaos Mesh clean fault ${resource.name} by force`,
    write: {
      verb: 'json-patch',
      resource,
      operations: [
        { op: 'test', path: '/metadata/uid', value: id },
        { op: 'add', path: annotationPath(CLEAN_FINALIZER.key), value: CLEAN_FINALIZER.value },
      ],
    },
    inverse: { kind: 'none', why: 'the fault is being removed' },
  };
}

/** What is done is done, and a Workflow goes on until it is deleted. */
function canPause({ kind, resource }: RunningFault): boolean {
  return kind !== 'pod-kill' && kind !== 'container-kill' && resource.plural !== 'workflows';
}

function pausing({ resource, id }: RunningFault, paused: boolean): ReversibleChange {
  const patch = (value: boolean) => ({
    verb: 'json-patch' as const,
    resource,
    operations: [
      { op: 'test' as const, path: '/metadata/uid', value: id },
      { op: 'add' as const, path: annotationPath(PAUSE), value: String(value) },
    ],
  });
  return {
    description: `${paused ? 'pause' : 'resume'} fault ${resource.name}`,
    write: patch(paused),
    inverse: { kind: 'write', write: patch(!paused), safe: !paused },
  };
}

function annotationPath(key: string): string {
  return `/metadata/annotations/${key.replaceAll('/', '~1')}`;
}
