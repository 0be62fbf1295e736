import type { ErrorCode } from '../protocol';

/** Exit codes of the CLI, documented in docs/errors.md. 1 is any other failure. */
const EXIT_CODES: Partial<Record<ErrorCode, number>> = {
  usage: 2,
  'config-invalid': 3,
  'kubeconfig-missing': 4,
  'kubeconfig-invalid': 4,
  'context-unknown': 4,
  'api-unreachable': 5,
  'credentials-expired': 6,
  'permission-denied': 6,
  'journal-locked': 7,
  'journal-corrupt': 8,
  'port-in-use': 9,
  'agent-not-running': 10,
  'training-locked': 11,
  'checkpoint-invalid': 12,
  'model-invalid': 13,
  'model-incompatible': 13,
  'training-failed': 14,
  'disk-full': 15,
  'engine-unavailable': 16,
};

export function exitCodeOf(code: ErrorCode): number {
  return EXIT_CODES[code] ?? 1;
}
