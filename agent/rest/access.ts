import type { FastifyRequest } from 'fastify';
import { CoxswainError } from '../protocol';
import { isSameToken } from '../sameToken';
import { isOwnHost } from './hosts';

/**
 * Turns away what a browser page sends: no page of ours uses this service, and another's must not.
 *
 * @throws CoxswainError `origin-wrong`
 */
export function requireOwnHost({ headers }: FastifyRequest, listeningOn: string): void {
  const { host, origin } = headers;
  if (!isOwnHost(host, listeningOn)) {
    throw originWrong(
      `This service was called "${(host ?? '').slice(0, 80)}", which is none of its names.`,
      'Call it by its address, by localhost, or by the name of its Service in the cluster.',
    );
  }
  if (origin !== undefined) {
    throw originWrong(
      `A page of ${origin.slice(0, 80)} must not use this service.`,
      'Call it from a program. For pages there is the dashboard, with the address that the agent prints.',
    );
  }
}

/** @throws CoxswainError `token-wrong` */
export function requireToken({ headers }: FastifyRequest, token: string): void {
  if (hasToken(headers.authorization, token)) return;
  throw new CoxswainError(
    'token-wrong',
    'The bearer token of this request is missing or not that of the running agent.',
    'Send "Authorization: Bearer <token>"; the agent prints at its start in which file the token is.',
  );
}

export function hasToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  return given !== undefined && isSameToken(given, token);
}

function originWrong(message: string, remedy: string): CoxswainError {
  return new CoxswainError('origin-wrong', message, remedy);
}
