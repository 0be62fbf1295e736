import jsonPatch from 'fast-json-patch';
import type * as z from 'zod';
import { NATIVE_FAULT, RUN_ID } from '../labels';
import type { NativeFault, RunningFault } from '../snapshot';
import type { Meta } from './meta';
import { NativeFaultRecord } from './nativeRecord';

/** As `json-patch` has them. */
export interface PatchOperation {
  op: 'add' | 'remove' | 'replace' | 'test';
  path: string;
  value?: z.infer<ReturnType<typeof z.json>>;
}

/** A port that nothing listens on: tcpmux, of 1988. */
export const CLOSED_PORT = 1;

/** Ends a command at once without success, whatever its arguments. */
const FAILING_COMMAND = 'false';

/** What does the fault. All tests come first, so that it is done where everything is as it was seen, or not at all. */
export function faultOperations(record: NativeFaultRecord): readonly PatchOperation[] {
  switch (record.kind) {
    case 'scale-down':
      return replaced('/spec/replicas', record.before, record.during);
    case 'bad-image':
      return [nameTest(record), ...replaced(`${containerPath(record)}/image`, record.before, record.during)];
    case 'bad-probe':
      return [nameTest(record), ...probeOperations(record).fault];
    case 'node-cordon':
      return [{ op: 'add', path: '/spec/unschedulable', value: true }];
  }
}

/** What takes it back. The tests say whether what it has made is there still. */
export function restoringOperations(record: NativeFaultRecord): readonly PatchOperation[] {
  switch (record.kind) {
    case 'scale-down':
      return replaced('/spec/replicas', record.during, record.before);
    case 'bad-image':
      return [nameTest(record), ...replaced(`${containerPath(record)}/image`, record.during, record.before)];
    case 'bad-probe':
      return [nameTest(record), ...probeOperations(record).restore];
    case 'node-cordon':
      return [
        { op: 'test', path: '/spec/unschedulable', value: true },
        { op: 'remove', path: '/spec/unschedulable' },
      ];
  }
}

type BadProbe = Extract<NativeFaultRecord, { kind: 'bad-probe' }>;

/** Only so much of a probe is changed as makes it fail: what it has besides may be nobody else's business. */
function probeOperations(record: BadProbe): { fault: PatchOperation[]; restore: PatchOperation[] } {
  const path = `${containerPath(record)}/readinessProbe`;
  const { probe } = record;
  switch (probe.handler) {
    case 'none': {
      // With everything that the API server would fill in.
      const value = {
        tcpSocket: { port: CLOSED_PORT },
        timeoutSeconds: 1,
        periodSeconds: 1,
        successThreshold: 1,
        failureThreshold: 1,
      };
      const mark: PatchOperation = { op: 'test', path: `${path}/tcpSocket/port`, value: CLOSED_PORT };
      return { fault: [{ op: 'add', path, value }], restore: [mark, { op: 'remove', path }] };
    }
    case 'exec': {
      const first = `${path}/exec/command/0`;
      return {
        fault: [{ op: 'add', path: first, value: FAILING_COMMAND }],
        restore: [
          { op: 'test', path: first, value: FAILING_COMMAND },
          { op: 'remove', path: first },
        ],
      };
    }
    default: {
      const at = `${path}/${probe.handler}/port`;
      return {
        fault: replaced(at, probe.before, CLOSED_PORT),
        restore: replaced(at, CLOSED_PORT, probe.before),
      };
    }
  }
}

function containerPath({ index }: { index: number }): string {
  return `/spec/template/spec/containers/${index}`;
}

function nameTest(record: { index: number; container: string }): PatchOperation {
  return { op: 'test', path: `${containerPath(record)}/name`, value: record.container };
}

function replaced(path: string, from: string | number, to: string | number): PatchOperation[] {
  return [
    { op: 'test', path, value: from },
    { op: 'replace', path, value: to },
  ];
}

/** The object that a native fault may have changed, and what its annotation says of it; null without an annotation. */
export function reduceNativeFault(
  object: unknown,
  metadata: Meta,
  resource: Pick<RunningFault['resource'], 'apiVersion' | 'plural'>,
  ownPodLabels: Readonly<Record<string, string>>,
): RunningFault | null {
  const text = metadata.annotations[NATIVE_FAULT];
  if (text === undefined) return null;
  const record = readRecord(text);
  const { namespace, name, uid } = metadata;
  const intact = record !== null && holds(object, restoringOperations(record));
  const native: NativeFault = { uid, text, record, intact };
  const target = record?.kind === 'node-cordon' ? record.target : null;
  return {
    id: record?.id ?? uid,
    kind: record?.kind ?? 'other',
    provider: 'native',
    resource: { ...resource, namespace, name },
    runId: record?.runId ?? metadata.annotations[RUN_ID] ?? null,
    ours: true,
    namespaces: [target?.namespace ?? namespace].filter((each) => each !== ''),
    podLabels: target?.podLabels ?? ownPodLabels,
    pods: [],
    createdAtMs: record?.createdAtMs ?? 0,
    durationMs: record?.durationMs ?? null,
    state: record === null ? 'failed' : 'running',
    trouble: troubleOf(native),
    native,
  };
}

function readRecord(text: string): NativeFaultRecord | null {
  try {
    return NativeFaultRecord.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function troubleOf({ record, intact }: NativeFault): string {
  if (record === null)
    return `the annotation ${NATIVE_FAULT} cannot be read: look at the object and remove the annotation`;
  return intact ? '' : 'what the fault had changed was changed again by somebody else, and is left as it is';
}

function holds(object: unknown, operations: readonly PatchOperation[]): boolean {
  return operations.every(({ op, path, value }) => op !== 'test' || valueAt(object, path) === value);
}

function valueAt(object: unknown, path: string): unknown {
  try {
    return jsonPatch.getValueByPointer(object, path);
  } catch {
    return undefined;
  }
}
