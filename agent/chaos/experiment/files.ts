import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readConfigText } from '../../config/source';
import { CoxswainError, type ErrorInfo, toErrorInfo } from '../../protocol';
import type { Experiment } from './experiment';
import { parseExperiment } from './parse';

/** A file of experiments' folder, good or broken. */
export type ExperimentFile =
  | { path: string; name: string; experiment: Experiment; error: null }
  /** `name` is that of the file, as its own cannot be read, or is another's. */
  | { path: string; name: string; experiment: null; error: ErrorInfo };

const EXTENSION = /(\.chaos)?\.ya?ml$/;

/** Files like these lie in the same folder without being experiments: objects of Kubernetes, for kubectl. */
const KUBERNETES_OBJECT = /^apiVersion:/m;

/**
 * The experiments of a folder, by the names of their files; none where there is no folder. A file that cannot be read,
 * is no valid experiment, or has the name of another one is listed with its error: nothing is left out in silence.
 */
export function loadExperiments(folder: string): ExperimentFile[] {
  const files = namesIn(folder).flatMap((name) => loadFile(join(folder, name), name));
  const owners = new Map<string, string>();
  return files.map((file) => {
    const owner = owners.get(file.name);
    if (file.experiment === null) return file;
    if (owner !== undefined) return withTakenName(file, owner);
    owners.set(file.name, file.path);
    return file;
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => EXTENSION.test(name))
      .sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new CoxswainError(
      'config-invalid',
      `The experiments in ${folder} cannot be listed: ${(error as Error).message}`,
      'Check `chaos.experiments` in coxswain.yaml, and the permissions of the folder.',
      { cause: error },
    );
  }
}

function loadFile(path: string, fileName: string): ExperimentFile[] {
  try {
    const text = readConfigText(path);
    if (KUBERNETES_OBJECT.test(text)) return [];
    const experiment = parseExperiment(text, path);
    return [{ path, name: experiment.name, experiment, error: null }];
  } catch (error) {
    return [{ path, name: fileName.replace(EXTENSION, ''), experiment: null, error: toErrorInfo(error) }];
  }
}

function withTakenName({ path, name }: ExperimentFile, owner: string): ExperimentFile {
  const error: ErrorInfo = {
    code: 'config-invalid',
    message: `${path}: the name ${name} is that of ${owner} already.`,
    remedy: 'Give one of them another name.',
  };
  const fileName = path.split(/[\\/]/).at(-1) ?? path;
  return { path, name: fileName.replace(EXTENSION, ''), experiment: null, error };
}
