import { ErrorInfoSchema, type Method, REQUESTS, type Result } from '../../agent/protocol';
import { CoxswainError, fromErrorInfo, isCoxswainError } from '../../agent/protocol/errors';

/** The agent's answer, checked against the table of requests. */
export function parseAnswer<M extends Method>(method: M, answer: unknown): Result<M> {
  const parsed = REQUESTS[method].result.safeParse(answer);
  // The entry for M has a result schema for Result<M>; TypeScript cannot follow the index.
  if (parsed.success) return parsed.data as Result<M>;
  const issue = parsed.error.issues[0];
  throw new CoxswainError(
    'message-malformed',
    `The agent answered ${method} with something unexpected (${issue?.path.join('.')}: ${issue?.message}).`,
    'Reload the window, so that the extension and its agent are of the same version.',
  );
}

/** What a request threw, as an error to show: the agent's own where it sent one. */
export function requestError(method: Method, error: unknown): CoxswainError {
  return sentError(error) ?? unexpected(`The agent did not answer ${method}`, error);
}

/** Why an agent did not come up. */
export function startError(error: unknown): CoxswainError {
  return sentError(error) ?? unexpected('The agent did not start', error);
}

function sentError(error: unknown): CoxswainError | null {
  if (isCoxswainError(error)) return error;
  const info = ErrorInfoSchema.safeParse(dataOf(error));
  return info.success ? fromErrorInfo(info.data) : null;
}

function unexpected(what: string, error: unknown): CoxswainError {
  return new CoxswainError(
    'internal',
    `${what}: ${error instanceof Error ? error.message : String(error)}`,
    'Run "Coxswain: Diagnose"; "Coxswain: Show Agent Output" has the details.',
  );
}

function dataOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'data' in error ? error.data : undefined;
}
