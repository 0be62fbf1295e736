import { sentence } from './format';

/**
 * Everything that can go wrong in a way the user has to know. The code is stable (documented in
 * docs/errors.md with the exit code of the CLI); the message says what happened and where, the remedy what to do.
 */
export const ERROR_CODES = [
  'kubeconfig-missing',
  'kubeconfig-invalid',
  'context-unknown',
  'api-unreachable',
  'credentials-expired',
  'permission-denied',
  'prometheus-missing',
  'prometheus-malformed',
  'prometheus-unreachable',
  'config-invalid',
  'journal-locked',
  'journal-corrupt',
  'port-in-use',
  'message-malformed',
  'token-wrong',
  'origin-wrong',
  'not-connected',
  'not-found',
  'conflict',
  'proposal-expired',
  'proposal-decided',
  'proposal-outdated',
  'guard-denied',
  'confirmation-needed',
  'capability-missing',
  'untrusted-workspace',
  'agent-not-running',
  'model-invalid',
  'model-incompatible',
  'training-failed',
  'training-locked',
  'checkpoint-invalid',
  'disk-full',
  'engine-unavailable',
  'usage',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error as it crosses a process border; `errorInfo.ts` has its schema. */
export interface ErrorInfo {
  code: ErrorCode;
  message: string;
  remedy: string;
}

/** The one error class that crosses a process border. */
export class CoxswainError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CoxswainError';
    this.code = code;
    this.remedy = remedy;
  }

  toInfo(): ErrorInfo {
    return { code: this.code, message: this.message, remedy: this.remedy };
  }
}

export function isCoxswainError(error: unknown): error is CoxswainError {
  return error instanceof CoxswainError;
}

/** The error that another process has sent. */
export function fromErrorInfo({ code, message, remedy }: ErrorInfo): CoxswainError {
  return new CoxswainError(code, message, remedy);
}

/** What happened and what to do, as one text for people. */
export function errorText({ message, remedy }: ErrorInfo): string {
  return remedy === '' ? sentence(message) : `${sentence(message)} ${sentence(remedy)}`;
}

/** Any thrown value as something that can be shown. Unknown errors become `internal`. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (isCoxswainError(error)) return error.toInfo();
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, remedy: 'Run "Coxswain: Diagnose" and report this with its output.' };
}
