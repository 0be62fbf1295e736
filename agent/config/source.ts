import { readFileSync, statSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { CoxswainError, type ErrorInfo, toErrorInfo } from '../protocol';
import { parseConfig } from './parse';
import { type Config, DEFAULT_CONFIG } from './schema';

/** Editors write a file in several steps; what stands there after this time is what was meant. */
const SETTLE_MS = 100;
/** A config is a few kilobytes; a larger file is another one, named by mistake. */
const MAX_BYTES = 1024 * 1024;
/** Kubernetes replaces the folder behind this link when a ConfigMap has changed, and touches no file. */
const CONFIG_MAP_LINK = '..data';

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
    text = readConfigText(absolute);
    config = { ...parseConfig(text, absolute), ...overrides };
  } catch (error) {
    if (!options.startAnyway) throw error;
    // The listener may be under construction still.
    setImmediate(() => listener.onError(toErrorInfo(error)));
  }
  let timer: NodeJS.Timeout | undefined;

  const reload = () => {
    try {
      const newText = readConfigText(absolute);
      if (newText === text) return;
      config = { ...parseConfig(newText, absolute), ...overrides };
      text = newText;
      listener.onChange(config);
    } catch (error) {
      listener.onError(toErrorInfo(error));
    }
  };
  const unwatch = watchFolder(dirname(absolute), {
    onEvent: (name) => {
      if (name !== null && name !== basename(absolute) && name !== CONFIG_MAP_LINK) return;
      clearTimeout(timer);
      timer = setTimeout(reload, SETTLE_MS);
    },
    onError: (cause) => listener.onError(unwatchedError(absolute, cause)),
  });
  return {
    path: absolute,
    current: () => config,
    close() {
      clearTimeout(timer);
      unwatch();
    },
  };
}

/**
 * The folder and not the file: most editors replace the file, and a watch would stay with the old one. Where watches
 * are used up (`fs.inotify.max_user_watches`) or the folder goes away, that is told, and the rest goes on.
 */
function watchFolder(
  folder: string,
  { onEvent, onError }: { onEvent(name: string | null): void; onError(cause: unknown): void },
): () => void {
  try {
    const watcher = watch(folder, (_event, name) => onEvent(name));
    watcher.on('error', onError);
    return () => watcher.close();
  } catch (cause) {
    // The listener may be under construction still.
    setImmediate(() => onError(cause));
    return () => undefined;
  }
}

function unwatchedError(path: string, cause: unknown): ErrorInfo {
  return {
    code: 'config-invalid',
    message: `${path} is not watched for changes: ${toErrorInfo(cause).message}`,
    remedy: 'Restart the agent after you have changed it.',
  };
}

/** @throws CoxswainError `config-invalid`. */
export function readConfigText(
  path: string,
  remedy = 'Check the path and its permissions; without a file the defaults apply.',
): string {
  try {
    const { size } = statSync(path);
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, more than ${MAX_BYTES}`);
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CoxswainError('config-invalid', `cannot read ${path}: ${(cause as Error).message}`, remedy, {
      cause,
    });
  }
}
