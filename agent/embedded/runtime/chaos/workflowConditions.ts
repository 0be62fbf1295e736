import type { KubeObject } from '../../objectStore';
import { condition, conditions } from '../kinds';

export type NodeCondition = 'Accomplished' | 'DeadlineExceed' | 'ChaosInjected' | 'Aborted';

/** A node is over when it is accomplished, out of time or aborted. */
export function isNodeFinished(node: KubeObject): boolean {
  return holds(node, 'Accomplished') || holds(node, 'DeadlineExceed') || holds(node, 'Aborted');
}

export function holds(object: KubeObject, type: string): boolean {
  return condition(object, type)?.status === 'True';
}

/** The status of an object with one condition in place of what it says now. */
export function withCondition(
  object: KubeObject,
  type: string,
  isTrue: boolean,
  reason: string,
): Record<string, unknown> {
  const others = conditions(object).filter((one) => one.type !== type);
  const changed = { type, status: isTrue ? 'True' : 'False', reason };
  const before = condition(object, type);
  const isSame = before?.status === changed.status && before.reason === reason;
  return { ...object.status, conditions: isSame ? conditions(object) : [...others, changed] };
}
