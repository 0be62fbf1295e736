import * as z from 'zod';
import { NATIVE_FAULT } from '../cluster/labels';
import type { RunningFault } from '../cluster/snapshot';
import { CoxswainError, toErrorInfo } from '../protocol';
import type { ReversibleChange } from './change';

/**
 * The changes that a provider wants to end a fault with. A native fault is ended by what an annotation in the cluster
 * says, so none of them may reach further than the fault itself: its own object, or for a chaos tool its namespace.
 *
 * @throws CoxswainError `guard-denied` where one does
 */
export function checkedRecovery(
  { provider, resource, ours }: RunningFault,
  changes: readonly ReversibleChange[],
): readonly ReversibleChange[] {
  const far = changes.find(({ write }) => {
    const { apiVersion, plural, namespace, name } = write.resource;
    if (namespace !== resource.namespace) return true;
    return provider === 'native'
      ? apiVersion !== resource.apiVersion || plural !== resource.plural || name !== resource.name
      : group(apiVersion) !== group(resource.apiVersion);
  });
  if (ours && far === undefined) return changes;
  throw new CoxswainError(
    'guard-denied',
    `To end fault ${resource.name}, ${provider} wants to change ${far?.write.resource.plural ?? 'what is not ours'}, which is not the fault’s.`,
    'Look at the object, and take the fault back by hand.',
  );
}

/** The change that takes a change back; none for what cannot be. */
export function undoOf(
  { description, inverse }: ReversibleChange,
  transactionId: string,
): ReversibleChange[] {
  if (inverse.kind === 'none') return [];
  return [
    {
      description: `take back "${description}"`,
      write: inverse.write,
      inverse: { kind: 'none', why: 'a fault that has ended is not started again' },
      reverts: transactionId,
    },
  ];
}

/**
 * The annotation that a native fault leaves on the object that it changes, by what takes it back: that tests it. Null of
 * any other fault.
 */
export function annotationLeftBy({ inverse }: ReversibleChange): string | null {
  if (inverse.kind === 'none' || inverse.write.verb !== 'json-patch') return null;
  const path = `/metadata/annotations/${NATIVE_FAULT.replaceAll('/', '~1')}`;
  const test = inverse.write.operations.find(
    (operation) => operation.op === 'test' && operation.path === path,
  );
  return typeof test?.value === 'string' ? test.value : null;
}

const Annotated = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }),
});

/** Whether an object still is a fault, or, where the fault has changed it, still carries this one's annotation. */
export function carriesFault(
  object: unknown,
  seen: RunningFault | null,
  undo: readonly ReversibleChange[],
): boolean {
  const isNative =
    seen === null ? undo.some(({ write }) => write.verb === 'json-patch') : seen.provider === 'native';
  if (!isNative) return true;
  const text = Annotated.safeParse(object).data?.metadata.annotations?.[NATIVE_FAULT];
  return seen?.native ? text === seen.native.text : text !== undefined;
}

/** Why a fault goes on, and what a person can do about it. */
export function notEnded(name: string, cause: unknown, fault: RunningFault | null): CoxswainError {
  const { code, message, remedy } = toErrorInfo(cause);
  return new CoxswainError(
    code,
    `Fault ${name} could not be ended: ${message}`,
    fault === null ? remedy : `Remove it by hand: ${kubectlHint(fault)}`,
  );
}

/** What a person types to get rid of a fault that Coxswain cannot end. */
export function kubectlHint({
  provider,
  resource: { apiVersion, plural, namespace, name },
}: RunningFault): string {
  const where = namespace === '' ? '' : ` -n ${namespace}`;
  if (provider === 'native') {
    const annotation = `coxswain\\.dev/native-fault`;
    return `kubectl get ${plural}${where} ${name} -o jsonpath='{.metadata.annotations.${annotation}}' says what was changed; put it back, then kubectl annotate ${plural}${where} ${name} coxswain.dev/native-fault-`;
  }
  const object = `${plural}.${group(apiVersion)}${where} ${name}`;
  return `kubectl patch ${object} --type=merge -p '{"metadata":{"finalizers":null}}' && kubectl delete ${object} --ignore-not-found`;
}

function group(apiVersion: string): string {
  return apiVersion.split('/')[0] ?? apiVersion;
}
