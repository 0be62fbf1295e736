import { dirname, join, resolve } from 'node:path';
import type { Experiment } from '../chaos/experiment/experiment';
import { type ExperimentFile, loadExperiments } from '../chaos/experiment/files';
import { parseExperiment } from '../chaos/experiment/parse';
import type { ErrorInfo } from '../protocol';

/** An experiment that is known by its name. */
export interface KnownExperiment {
  name: string;
  /** The file it comes from; null for one that is shipped with Coxswain. */
  path: string | null;
  /** What the file says, or what is wrong with it. */
  content: { kind: 'experiment'; experiment: Experiment } | { kind: 'problem'; error: ErrorInfo };
}

/** Where experiments come from. */
export interface ExperimentLibrary {
  /**
   * By name, read anew: those of the folder of the config, and those that are shipped where none has their name.
   *
   * @throws CoxswainError `config-invalid` where the folder cannot be listed
   */
  list(): readonly KnownExperiment[];
  /** @throws CoxswainError `config-invalid`, with line and column */
  parse(yaml: string, path: string): Experiment;
}

export interface LibraryFolders {
  /** What comes with Coxswain. */
  shipped: string;
  /** The user's own; null where there is no coxswain.yaml whose folder could hold one. */
  own(): string | null;
}

export function openExperimentLibrary({ shipped, own }: LibraryFolders): ExperimentLibrary {
  return {
    list: () => {
      const folder = own();
      const known = [
        ...(folder === null ? [] : loadExperiments(folder).map((file) => toKnown(file, file.path))),
        ...loadExperiments(shipped).map((file) => toKnown(file, null)),
      ];
      const first = new Map(known.toReversed().map((each) => [each.name, each]));
      return [...first.values()].sort((a, b) => a.name.localeCompare(b.name));
    },
    parse: parseExperiment,
  };
}

/** `chaos.experiments`, from the folder of coxswain.yaml on, or `chaos` beside it. */
export function experimentsFolder(configPath: string | null, folder: string | undefined): string | null {
  if (configPath === null) return folder === undefined ? null : resolve(folder);
  return resolve(dirname(configPath), folder ?? 'chaos');
}

/** Where the build puts `manifests/chaos/`. */
export function shippedExperiments(assetsDirectory: string): string {
  return join(assetsDirectory, 'chaos');
}

function toKnown({ name, experiment, error }: ExperimentFile, path: string | null): KnownExperiment {
  if (experiment !== null) return { name, path, content: { kind: 'experiment', experiment } };
  return { name, path, content: { kind: 'problem', error } };
}
