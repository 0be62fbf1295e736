import type { ErrorCode } from '../protocol';

/** The HTTP status of every error, by who can do something about it; in docs/rest.md. */
export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  // The request cannot be understood, or not be done as it stands.
  'message-malformed': 400,
  usage: 400,
  'token-wrong': 401,
  'origin-wrong': 403,
  'permission-denied': 403,
  'guard-denied': 403,
  'untrusted-workspace': 403,
  'not-found': 404,
  conflict: 409,
  'proposal-decided': 409,
  'proposal-outdated': 409,
  'training-locked': 409,
  'proposal-expired': 410,
  'config-invalid': 422,
  'model-incompatible': 422,
  'confirmation-needed': 428,
  // The agent cannot, and no other request will help.
  internal: 500,
  'training-failed': 500,
  'checkpoint-invalid': 500,
  'capability-missing': 501,
  'disk-full': 507,
  // What the agent depends on has failed it.
  'api-unreachable': 502,
  'credentials-expired': 502,
  'prometheus-malformed': 502,
  'prometheus-unreachable': 502,
  // The agent is not ready for it, and may be later.
  'not-connected': 503,
  'agent-not-running': 503,
  'kubeconfig-missing': 503,
  'kubeconfig-invalid': 503,
  'context-unknown': 503,
  'prometheus-missing': 503,
  'journal-locked': 503,
  'journal-corrupt': 503,
  'model-invalid': 503,
  'engine-unavailable': 503,
  'port-in-use': 503,
};
