import { HANDOVER } from '../../cluster/model/handoverNote';
import type { Autoscaler } from '../../cluster/snapshot';
import { autoscalerText } from '../../protocol';
import type { ReversibleChange, Write } from '../change';
import { autoscalerAddress } from './address';
import { asJson, isSame, type Json } from './json';
import { advised, type HandoverStamp, handedBack, isIntact, KEDA_PAUSED, takenOver } from './states';

type Operation = Extract<Write, { verb: 'json-patch' }>['operations'][number];

/** Suspends the autoscaler but for its net, and notes on it what it was; what takes it back hands it back. */
export function takeOverChange(
  autoscaler: Autoscaler,
  namespace: string,
  stamp: HandoverStamp & { netUtilisation: number },
): ReversibleChange {
  const after = takenOver(autoscaler, stamp);
  return reversible(`take over from ${autoscalerText(autoscaler)}`, autoscaler, after, namespace);
}

/** Moves `minReplicas`; the first time it also notes on the autoscaler what it was. */
export function adviseChange(
  autoscaler: Autoscaler,
  namespace: string,
  minReplicas: number,
  stamp: HandoverStamp,
): ReversibleChange {
  const text = `set minReplicas of ${autoscalerText(autoscaler)} ${autoscaler.minReplicas} → ${minReplicas}`;
  return reversible(text, autoscaler, advised(autoscaler, minReplicas, stamp), namespace);
}

/**
 * Makes the autoscaler again what it was. What somebody has changed since stays as it is; the note always goes. Null
 * where there is no note that could be read.
 */
export function handBackChange(autoscaler: Autoscaler, namespace: string): ReversibleChange | null {
  const after = handedBack(autoscaler);
  if (after === null) return null;
  const rest = isIntact(autoscaler) ? '' : ', but for what somebody has changed since';
  return {
    description: `hand back to ${autoscalerText(autoscaler)}${rest}`,
    write: writeBetween(autoscaler, after, namespace),
    inverse: { kind: 'none', why: 'another take-over is decided anew' },
  };
}

function reversible(
  description: string,
  before: Autoscaler,
  after: Autoscaler,
  namespace: string,
): ReversibleChange {
  return {
    description,
    write: writeBetween(before, after, namespace),
    inverse: { kind: 'write', write: writeBetween(after, before, namespace), safe: true },
  };
}

/**
 * The patch that makes one state of an autoscaler of another. It tests the object, its note, and all that it replaces.
 * That there is no note yet, which no patch can test, is as sure as that nobody has written to it since.
 */
function writeBetween(before: Autoscaler, after: Autoscaler, namespace: string): Write {
  const note = before.annotations[HANDOVER];
  const version = { op: 'test' as const, path: '/metadata/resourceVersion', value: before.resourceVersion };
  const operations: Operation[] = [
    { op: 'test', path: '/metadata/uid', value: before.uid },
    ...(note === undefined ? [version] : []),
    ...specFields(before).flatMap(([path, value], index) =>
      replaced(path, value, specFields(after)[index]?.[1]),
    ),
    ...annotating(before, after),
  ];
  // All tests come first, so that it is done where everything is as it was seen, or not at all.
  const isTest = ({ op }: Operation) => op === 'test';
  return {
    verb: 'json-patch',
    resource: autoscalerAddress(before, namespace),
    operations: [...operations.filter(isTest), ...operations.filter((operation) => !isTest(operation))],
  };
}

/** What may be changed of the spec; null for what is not there. */
function specFields({ kind, minReplicas, metrics, behavior }: Autoscaler): [path: string, value: Json][] {
  // What KEDA takes where it is not there.
  if (kind === 'keda') return [['/spec/minReplicaCount', minReplicas === 0 ? null : minReplicas]];
  return [
    ['/spec/minReplicas', minReplicas],
    ['/spec/metrics', asJson(metrics)],
    ['/spec/behavior', asJson(behavior)],
  ];
}

function annotating(before: Autoscaler, after: Autoscaler): Operation[] {
  const keys = [HANDOVER, KEDA_PAUSED];
  if (!before.annotated) {
    const value = Object.fromEntries(
      keys.flatMap((key) => (after.annotations[key] === undefined ? [] : [[key, after.annotations[key]]])),
    );
    return [{ op: 'add', path: '/metadata/annotations', value: asJson(value) }];
  }
  return keys.flatMap((key) =>
    replaced(
      `/metadata/annotations/${key.replaceAll('/', '~1')}`,
      before.annotations[key] ?? null,
      after.annotations[key] ?? null,
    ),
  );
}

function replaced(path: string, from: Json, to: Json = null): Operation[] {
  if (isSame(from, to)) return [];
  if (from === null) return [{ op: 'add', path, value: to }];
  const test: Operation = { op: 'test', path, value: from };
  return to === null ? [test, { op: 'remove', path }] : [test, { op: 'replace', path, value: to }];
}
