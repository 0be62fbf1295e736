import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoxswainError } from '../protocol';

const FILE = 'rest-token';
/** Of a token that somebody has chosen; ours has 43. */
const SHORTEST_CHARACTERS = 16;
/** Nobody but the owner may write it, and others may not read it. The group may: so Kubernetes mounts a Secret. */
const FORBIDDEN_MODE = 0o037;

export interface RestToken {
  value: string;
  path: string;
}

/**
 * The bearer token of the REST service: that of `tokenFile`, or one that is made up once and kept in the state
 * directory, so that whoever scrapes the agent can go on after a restart.
 *
 * @throws CoxswainError `config-invalid` where the file cannot be read, can be read by others, or holds no token
 */
export function restToken(stateDirectory: string, tokenFile: string | undefined): RestToken {
  const path = tokenFile ?? join(stateDirectory, FILE);
  if (tokenFile === undefined) createOnce(stateDirectory, path);
  return { value: readToken(path), path };
}

/** Of two agents that start at the same time one makes it up, and both use it. */
function createOnce(stateDirectory: string, path: string): void {
  try {
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(path, (error as Error).message);
  }
}

function readToken(path: string): string {
  const { mode, text } = readPrivately(path);
  // Windows has no such modes.
  if (process.platform !== 'win32' && (mode & FORBIDDEN_MODE) !== 0) {
    throw unusable(path, `its mode is ${(mode & 0o777).toString(8)}, so that others may read or change it`);
  }
  const token = text.trim();
  if (token.length < SHORTEST_CHARACTERS || !/^[\x21-\x7e]+$/.test(token)) {
    throw unusable(path, `it holds no token of at least ${SHORTEST_CHARACTERS} letters, digits and signs`);
  }
  return token;
}

function readPrivately(path: string): { mode: number; text: string } {
  try {
    return { mode: statSync(path).mode, text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw unusable(path, (error as Error).message);
  }
}

function unusable(path: string, why: string): CoxswainError {
  return new CoxswainError(
    'config-invalid',
    `The REST service cannot use the token file ${path}: ${why}.`,
    `Write one token into it and make it yours alone: openssl rand -hex 32 > ${path} && chmod 600 ${path}`,
  );
}
