import { NATIVE_FAULT, RUN_ID } from '../../cluster/labels';
import { faultOperations, type PatchOperation, restoringOperations } from '../../cluster/model/faultNative';
import { missingImage, type NativeFaultRecord } from '../../cluster/model/nativeRecord';
import type {
  Container,
  NativeFault,
  Node,
  ReadinessCheck,
  RunningFault,
  Workload,
} from '../../cluster/snapshot';
import { CoxswainError } from '../../protocol';
import type { ResourceAddress, ReversibleChange, Write } from '../../safety/change';
import { requireUnchanged } from './nativeTargets';
import { nameOf } from './pods';
import type { FaultRequest } from './provider';

interface Changed {
  resource: ResourceAddress;
  uid: string;
  /** Where it may be relied on; null for a node, whose kubelet writes to it all the time. */
  resourceVersion: string | null;
  annotated: boolean;
  description: string;
}

/** The fault and the annotation that tells of it, in one patch, with the patch that takes both back as its inverse. */
export function nativeChange(record: NativeFaultRecord, changed: Changed): ReversibleChange {
  const { resource, uid, resourceVersion, annotated, description } = changed;
  const text = JSON.stringify(record);
  const version: PatchOperation[] =
    resourceVersion === null
      ? []
      : [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }];
  return {
    description,
    write: {
      verb: 'json-patch',
      resource,
      operations: [
        { op: 'test', path: '/metadata/uid', value: uid },
        ...version,
        ...faultOperations(record),
        ...annotating(text, record.runId, annotated),
      ],
    },
    inverse: { kind: 'write', write: restoring(resource, uid, text, record), safe: true },
  };
}

/**
 * What ends the fault that an annotation tells of. Where somebody has changed since what the fault had changed, that
 * stays as it is, and only the annotation goes.
 */
export function nativeRestoration(
  fault: RunningFault,
  { uid, text, record, intact }: NativeFault,
): ReversibleChange[] {
  if (record === null) return [];
  const { resource } = fault;
  return [
    {
      description: intact
        ? `take back ${record.name} on ${resource.name}`
        : `forget ${record.name} on ${resource.name}: what it had changed was changed again since, and stays`,
      write: intact ? restoring(resource, uid, text, record) : forgetting(resource, uid, text, record.runId),
      inverse: { kind: 'none', why: 'a fault that has ended is not started again' },
    },
  ];
}

/** Takes away an annotation that cannot be read. */
export function nativeRemoval(
  { resource, runId }: RunningFault,
  { uid, text }: NativeFault,
): ReversibleChange {
  return {
    description: `remove the unreadable annotation ${NATIVE_FAULT} of ${resource.name}`,
    write: forgetting(resource, uid, text, runId),
    inverse: { kind: 'none', why: 'nothing could be read from it' },
  };
}

/** @param node where it is a node that is changed. */
export function readRecordFor(request: FaultRequest, node?: Node): NativeFaultRecord {
  const { workload, fault, name, runId, nowMs, durationMs } = request;
  const id = [workload.ref.namespace, name, ...(node ? [node.name] : [])].join('/');
  const common = { id, name, runId, createdAtMs: nowMs, durationMs };
  if (!node) requireUnchanged(workload);
  switch (fault.kind) {
    case 'scale-down':
      return { ...common, kind: 'scale-down', ...replicasFor(workload, fault.by) };
    case 'bad-image': {
      const { index, image, container } = containerOf(workload, fault.container);
      return { ...common, kind: 'bad-image', container, index, before: image, during: missingImage(image) };
    }
    case 'bad-probe': {
      const { index, readiness, container } = containerOf(workload, fault.container);
      return { ...common, kind: 'bad-probe', container, index, probe: probeBefore(readiness) };
    }
    default: {
      const target = { namespace: workload.ref.namespace, podLabels: { ...workload.selector } };
      return { ...common, kind: 'node-cordon', target };
    }
  }
}

function replicasFor(workload: Workload, by: number): { before: number; during: number } {
  const before = workload.desiredReplicas;
  if (by <= before) return { before, during: before - by };
  throw new CoxswainError(
    'config-invalid',
    `${nameOf(workload)} has ${before} replicas, of which ${by} cannot be taken away.`,
    'Set `fault.by` to at most as many as there are.',
  );
}

function containerOf(
  workload: Workload,
  wanted: string | undefined,
): Omit<Container, 'name'> & { index: number; container: string } {
  const index = wanted === undefined ? 0 : workload.containers.findIndex(({ name }) => name === wanted);
  const found = workload.containers[index];
  if (found) return { ...found, container: found.name, index };
  throw new CoxswainError(
    'config-invalid',
    wanted === undefined
      ? `${nameOf(workload)} has no container.`
      : `${nameOf(workload)} has no container ${wanted}.`,
    `Choose one of: ${workload.containers.map(({ name }) => name).join(', ') || 'none'}.`,
  );
}

function probeBefore(readiness: ReadinessCheck | null) {
  if (readiness === null) return { handler: 'none' as const };
  return readiness.handler === 'exec'
    ? { handler: readiness.handler }
    : { handler: readiness.handler, before: readiness.port };
}

function annotating(text: string, runId: string | null, annotated: boolean): PatchOperation[] {
  const annotations = { [NATIVE_FAULT]: text, ...(runId === null ? {} : { [RUN_ID]: runId }) };
  if (!annotated) return [{ op: 'add', path: '/metadata/annotations', value: annotations }];
  return Object.entries(annotations).map(([key, value]) => ({ op: 'add', path: annotationPath(key), value }));
}

function restoring(resource: ResourceAddress, uid: string, text: string, record: NativeFaultRecord): Write {
  const forget = forgetting(resource, uid, text, record.runId);
  return { ...forget, operations: [...forget.operations, ...restoringOperations(record)] };
}

type Patch = Extract<Write, { verb: 'json-patch' }>;

function forgetting(resource: ResourceAddress, uid: string, text: string, runId: string | null): Patch {
  const path = annotationPath(NATIVE_FAULT);
  return {
    verb: 'json-patch',
    resource,
    operations: [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'test', path, value: text },
      { op: 'remove', path },
      ...(runId === null ? [] : removal(annotationPath(RUN_ID))),
    ],
  };
}

/** Whether it is there or not: nobody who takes our mark away may keep a fault alive by that. */
function removal(path: string): PatchOperation[] {
  return [
    { op: 'add', path, value: '' },
    { op: 'remove', path },
  ];
}

function annotationPath(key: string): string {
  return `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
