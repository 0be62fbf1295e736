import * as z from 'zod';
import { CoxswainError, isMethod, type Method, type ParsedParams, REQUESTS, type Result } from '../protocol';

/** One function for each request of the protocol. */
export type Handlers = { [M in Method]: (params: ParsedParams<M>) => Promise<Result<M>> | Result<M> };

/** Checks method and parameters, and calls the handler. Throws `message-malformed` on what does not fit. */
export async function dispatch(handlers: Handlers, method: string, params: unknown): Promise<unknown> {
  if (!isMethod(method)) {
    throw malformed(`There is no request "${method}".`);
  }
  return call(handlers, method, params);
}

async function call<M extends Method>(handlers: Handlers, method: M, params: unknown): Promise<Result<M>> {
  const parsed = REQUESTS[method].params.safeParse(params ?? {});
  if (!parsed.success) {
    throw malformed(`The parameters of "${method}" do not fit: ${z.prettifyError(parsed.error)}`);
  }
  return handlers[method](parsed.data as ParsedParams<M>);
}

function malformed(message: string): CoxswainError {
  return new CoxswainError(
    'message-malformed',
    message,
    'The requests are listed in agent/protocol/requests.ts.',
  );
}
