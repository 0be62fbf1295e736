import type { Inverse, Write } from '../change';
import type { ActingAction, GuardInput } from '../guardInput';
import { handoverMismatch } from './handoverWrite';
import { deny, type Rule } from './rule';

type Patch = Extract<Write, { verb: 'json-patch' }>;

/**
 * The write must be what the action says, on the object that was judged, and the recorded inverse must take just that
 * back. All other rules judge the action; this one makes sure that nothing else is sent.
 */
export const writeMatchesAction: Rule<GuardInput> = {
  name: 'write-matches-action',
  judge(input) {
    const { action, change, ref } = input;
    const why = changesAutoscaler(action)
      ? handoverMismatch(action, input)
      : (mismatch(action, change.write, ref) ?? inverseMismatch(action, change.inverse, ref));
    return why === null ? null : deny(why);
  },
};

type Ref = GuardInput['ref'];
type HandoverAction = Extract<ActingAction, { kind: 'advise' | 'take-over' | 'hand-back' }>;
type Invertible = Extract<ActingAction, { kind: 'scale' | 'drain-pod' | 'undrain-pod' }>;

/** Whether another action takes this one back. */
export function isInvertible(action: ActingAction): action is Invertible {
  return action.kind === 'scale' || action.kind === 'drain-pod' || action.kind === 'undrain-pod';
}

function changesAutoscaler(action: ActingAction): action is HandoverAction {
  return action.kind === 'advise' || action.kind === 'take-over' || action.kind === 'hand-back';
}

function mismatch(action: Exclude<ActingAction, HandoverAction>, write: Write, ref: Ref): string | null {
  if (write.resource.namespace !== ref.namespace)
    return `the write is in namespace ${write.resource.namespace}`;
  switch (action.kind) {
    case 'scale':
      return scaleMismatch(action.from, action.to, write, ref);
    case 'restart-pod':
      return write.verb === 'evict' && write.resource.name === action.pod && write.uid === action.podUid
        ? null
        : `the write does not evict pod ${action.pod}`;
    case 'drain-pod':
    case 'undrain-pod':
      return relabelMismatch(action, write);
  }
}

function inverseMismatch(
  action: Exclude<ActingAction, HandoverAction>,
  inverse: Inverse,
  ref: Ref,
): string | null {
  if (!isInvertible(action)) return null;
  if (inverse.kind === 'none') return `the change has no inverse: ${inverse.why}`;
  const why = mismatch(inverseAction(action), inverse.write, ref);
  return why === null ? null : `inverse: ${why}`;
}

/**
 * The action that takes this one back. A restart cannot be taken back, and what is done to an autoscaler is taken back
 * by what is noted on it, so the type leaves them out.
 */
export function inverseAction(action: Invertible): Invertible {
  switch (action.kind) {
    case 'scale':
      return { kind: 'scale', from: action.to, to: action.from };
    case 'drain-pod':
      return { ...action, kind: 'undrain-pod' };
    case 'undrain-pod':
      return { ...action, kind: 'drain-pod' };
  }
}

function scaleMismatch(from: number, to: number, write: Write, ref: Ref): string | null {
  const { apiVersion, plural, name } = write.resource;
  if (
    write.verb !== 'json-patch' ||
    apiVersion !== 'apps/v1' ||
    plural !== 'deployments' ||
    name !== ref.name
  ) {
    return `the write does not scale ${ref.name}`;
  }
  const changes = changing(write);
  const [only] = changes;
  if (changes.length !== 1 || only?.path !== '/spec/replicas' || only.value !== to) {
    return `the write does not only set the replicas to ${to}`;
  }
  return tests(write, '/spec/replicas', from) ? null : `the write does not check that replicas are ${from}`;
}

function relabelMismatch(action: { pod: string; podUid: string }, write: Write): string | null {
  const { apiVersion, plural, name } = write.resource;
  if (write.verb !== 'json-patch' || apiVersion !== 'v1' || plural !== 'pods' || name !== action.pod) {
    return `the write does not relabel pod ${action.pod}`;
  }
  if (changing(write).some(({ path }) => !path.startsWith('/metadata/labels/'))) {
    return 'the write changes more than labels';
  }
  return tests(write, '/metadata/uid', action.podUid)
    ? null
    : `the write does not check the uid of pod ${action.pod}`;
}

function changing(write: Patch): Patch['operations'] {
  return write.operations.filter((operation) => operation.op !== 'test');
}

function tests(write: Patch, path: string, value: string | number): boolean {
  return write.operations.some(
    (operation) => operation.op === 'test' && operation.path === path && operation.value === value,
  );
}
