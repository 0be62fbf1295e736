import type { KubeObject } from '../objectStore';
import { StatusError } from '../store/statusError';

/** On a Namespace: no chaos object can be created in it, for the reason that is its value. */
export const DENY_CHAOS_ANNOTATION = 'embedded.coxswain.dev/deny-chaos';

const CHAOS_GROUPS = new Set(['chaos-mesh.org', 'litmuschaos.io']);

/** Throws StatusError 403, as an admission webhook that refuses the object. */
export function refuseChaos({ metadata }: KubeObject, group: string): void {
  const reason = metadata.annotations?.[DENY_CHAOS_ANNOTATION];
  if (reason === undefined || !CHAOS_GROUPS.has(group)) return;
  const message = `admission webhook "vauth.kb.io" denied the request: ${reason}`;
  throw new StatusError(403, 'Forbidden', message);
}
