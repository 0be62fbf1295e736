import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorInfo } from '../protocol';
import type { Config } from './schema';
import { type ConfigSource, watchedConfig } from './source';

describe('a watched coxswain.yaml', () => {
  let directory: string;
  let path: string;
  let source: ConfigSource | undefined;
  const changes: Config[] = [];
  const errors: ErrorInfo[] = [];

  const open = (overrides: Partial<Config> = {}, options: { startAnyway?: boolean } = {}) => {
    source = watchedConfig(
      { path, overrides, ...options },
      {
        onChange: (config) => changes.push(config),
        onError: (error) => errors.push(error),
      },
    );
    return source;
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-config-'));
    path = join(directory, 'coxswain.yaml');
    writeFileSync(path, 'mode: approve\n');
    changes.length = 0;
    errors.length = 0;
  });
  afterEach(() => {
    source?.close();
    rmSync(directory, { recursive: true });
  });

  it('is read again when it changes, also when it is replaced by another file', async () => {
    const config = open();
    writeFileSync(path, 'mode: auto\n');
    await vi.waitFor(() => expect(config.current().mode).toBe('auto'), 5000);
    writeFileSync(`${path}.new`, 'mode: observe\n');
    renameSync(`${path}.new`, path);
    await vi.waitFor(() => expect(config.current().mode).toBe('observe'), 5000);
    expect(changes).toHaveLength(2);
  });

  it('keeps the last good config when the new one is broken, and says where', async () => {
    const config = open();
    writeFileSync(path, 'mode: approve\nwhat: 1\n');
    await vi.waitFor(() => expect(errors).toHaveLength(1), 5000);
    expect(errors[0]?.message).toContain('coxswain.yaml:2:1: unknown key "what"');
    expect(config.current().mode).toBe('approve');
  });

  it('is read again when Kubernetes replaces the folder that it is a link into', async () => {
    for (const [revision, mode] of [
      ['..1', 'approve'],
      ['..2', 'auto'],
    ] as const) {
      mkdirSync(join(directory, revision));
      writeFileSync(join(directory, revision, 'coxswain.yaml'), `mode: ${mode}\n`);
    }
    rmSync(path);
    symlinkSync('..1', join(directory, '..data'));
    symlinkSync(join('..data', 'coxswain.yaml'), path);
    const config = open();
    expect(config.current().mode).toBe('approve');
    symlinkSync('..2', join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    await vi.waitFor(() => expect(config.current().mode).toBe('auto'), 5000);
  });

  it('refuses a file that is too large to be a config', () => {
    writeFileSync(path, `# ${'x'.repeat(2 * 1024 * 1024)}\n`);
    expect(() => open()).toThrow(expect.objectContaining({ message: expect.stringContaining('bytes') }));
  });

  it('lets the command line win over the file', () => {
    expect(open({ mode: 'observe' }).current().mode).toBe('observe');
  });

  it('holds the defaults where it has to start with a broken file, until that is mended', async () => {
    writeFileSync(path, 'mode: fly\n');
    const config = open({}, { startAnyway: true });
    expect(config.current().mode).toBe('observe');
    await vi.waitFor(() => expect(errors[0]?.message).toContain('coxswain.yaml:1:7'), 5000);
    writeFileSync(path, 'mode: approve\n');
    await vi.waitFor(() => expect(config.current().mode).toBe('approve'), 5000);
  });

  it('refuses to start without the file', () => {
    rmSync(path);
    expect(() => open()).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });
});
