import { readFileSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { CoxswainError, type ErrorInfo, toErrorInfo } from '../protocol';
import { parseConfig } from './parse';
import { type Config, DEFAULT_CONFIG } from './schema';

/** Editors write a file in several steps; what stands there after this time is what was meant. */
const SETTLE_MS = 100;

/** The config in force. A reload that fails leaves the last good one in force and reports why. */
export interface ConfigSource {
  /** Absolute path, or null where only defaults are used. */
  readonly path: string | null;
  current(): Config;
  close(): void;
}

export interface ConfigListener {
  onChange(config: Config): void;
  onError(error: ErrorInfo): void;
}

/** The defaults, with `overrides` (from the command line) on top. */
export function fixedConfig(overrides: Partial<Config> = {}): ConfigSource {
  const config = { ...DEFAULT_CONFIG, ...overrides };
  return { path: null, current: () => config, close: () => undefined };
}

export interface WatchedConfigOptions {
  path: string;
  /** They win over the file. */
  overrides?: Partial<Config>;
  /** A file that is broken at the start is reported, and the defaults, which never write, hold until it is mended. */
  startAnyway?: boolean;
}

/** Reads the file now (throws `config-invalid` unless `startAnyway`), and again whenever it changes. */
export function watchedConfig(options: WatchedConfigOptions, listener: ConfigListener): ConfigSource {
  const { overrides = {} } = options;
  const absolute = resolve(options.path);
  let text = '';
  let config: Config = { ...DEFAULT_CONFIG, ...overrides };
  try {
    text = readText(absolute);
    config = { ...parseConfig(text, absolute), ...overrides };
  } catch (error) {
    if (!options.startAnyway) throw error;
    // The listener may be under construction still.
    setImmediate(() => listener.onError(toErrorInfo(error)));
  }
  let timer: NodeJS.Timeout | undefined;

  const reload = () => {
    try {
      const newText = readText(absolute);
      if (newText === text) return;
      config = { ...parseConfig(newText, absolute), ...overrides };
      text = newText;
      listener.onChange(config);
    } catch (error) {
      listener.onError(toErrorInfo(error));
    }
  };
  // The folder and not the file: most editors replace the file, and a watch would stay with the old one.
  const watcher = watch(dirname(absolute), (_event, name) => {
    if (name !== null && name !== basename(absolute)) return;
    clearTimeout(timer);
    timer = setTimeout(reload, SETTLE_MS);
  });
  return {
    path: absolute,
    current: () => config,
    close() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CoxswainError(
      'config-invalid',
      `cannot read ${path}: ${(cause as Error).message}`,
      'Check the path and its permissions, or start without --config to use the defaults.',
      { cause },
    );
  }
}
