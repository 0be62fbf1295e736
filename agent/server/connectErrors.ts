import { CoxswainError } from '../protocol';

export function notConnected(message: string): CoxswainError {
  return new CoxswainError('not-connected', message, 'Connect to a context, or start the embedded cluster.');
}

export function givenUp(): CoxswainError {
  return new CoxswainError(
    'conflict',
    'Connecting was given up, as something else was asked for meanwhile.',
    'Connect again if it is still wanted.',
  );
}
