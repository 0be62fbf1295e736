import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSameToken } from '../sameToken';
import { requiredToken } from './agentRest';
import { restToken } from './token';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'coxswain-token-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function file(text: string, mode: number): string {
  const path = join(directory, 'token');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe('the token of the REST service', () => {
  it('is made up once, for its user alone, and stays', () => {
    const state = join(directory, 'state', 'coxswain');
    const first = restToken(state, undefined);
    expect(first.value).toMatch(/^[\w-]{43}$/);
    expect(statSync(first.path).mode & 0o777).toBe(0o600);
    expect(readFileSync(first.path, 'utf8').trim()).toBe(first.value);
    expect(restToken(state, undefined)).toEqual(first);
    expect(restToken(join(directory, 'other'), undefined).value).not.toBe(first.value);
  });

  it('says where it cannot be kept', () => {
    const state = join(file('no folder', 0o600), 'state');
    expect(() => restToken(state, undefined)).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(state) }),
    );
  });

  it.each([0o600, 0o400, 0o440])('is read from a file of mode %o', (mode) => {
    expect(restToken(directory, file('  0123456789abcdef\n', mode)).value).toBe('0123456789abcdef');
  });

  it.each([
    ['others may read', '0123456789abcdef', 0o644, /mode is 644/],
    ['the group may write', '0123456789abcdef', 0o660, /mode is 660/],
    ['is empty', '\n', 0o600, /holds no token/],
    ['is short', '0123456789abcde', 0o600, /holds no token/],
    ['holds two', '0123456789abcdef 0123456789abcdef', 0o600, /holds no token/],
  ])('is refused from a file that %s', (_what, text, mode, message) => {
    const path = file(text, mode);
    expect(() => restToken(directory, path)).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringMatching(message) }),
    );
    expect(() => restToken(directory, path)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('0123456789') }),
    );
  });

  it('is refused from a file that is not there', () => {
    expect(() => restToken(directory, join(directory, 'none'))).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining('ENOENT') }),
    );
  });

  it('is only the same where all of it is', () => {
    expect(isSameToken('0123', '0123')).toBe(true);
    for (const other of ['', '012', '01234', '0124']) expect(isSameToken(other, '0123')).toBe(false);
  });

  it('has to be somebody’s choice where other machines can reach the service', () => {
    const tokenFile = file('0123456789abcdef', 0o600);
    expect(() => requiredToken({ host: '0.0.0.0', tokenFile: undefined }, directory)).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining('0.0.0.0') }),
    );
    expect(requiredToken({ host: '0.0.0.0', tokenFile }, directory).value).toBe('0123456789abcdef');
    for (const host of ['127.0.0.1', '::1', 'localhost']) {
      expect(requiredToken({ host, tokenFile: undefined }, directory).value).toHaveLength(43);
    }
  });
});
