import { type Experiment, experimentDurationMs, experimentKind } from '../chaos/experiment/experiment';
import type { ChaosProvider } from '../chaos/providers/provider';
import { chooseProvider } from '../chaos/providers/providers';
import type { Workload } from '../cluster/snapshot';
import {
  type Capability,
  type ChaosProviderName,
  CoxswainError,
  type ExperimentInfo,
  errorText,
  type FaultKind,
  type ParsedParams,
  toErrorInfo,
} from '../protocol';
import type { ExperimentLibrary, KnownExperiment } from './experimentLibrary';

type Wanted = Pick<ParsedParams<'runExperiment'>, 'name' | 'yaml' | 'path' | 'workloadId' | 'provider'>;

/** An experiment with all that was left open decided. */
export interface ChosenExperiment {
  experiment: Experiment;
  path: string | null;
  kind: FaultKind;
  workload: Workload;
  provider: ChaosProvider;
}

export interface ChoicePorts {
  library: ExperimentLibrary;
  capabilities: readonly Capability[];
  /** `chaos.provider` of the config. */
  defaultProvider(): ChaosProviderName | 'auto';
  /** @throws CoxswainError `not-found` */
  workload(id: string): Workload;
}

/** @throws CoxswainError `usage`, `not-found`, `config-invalid` or `capability-missing` */
export function chooseExperiment(wanted: Wanted, ports: ChoicePorts): ChosenExperiment {
  const { experiment, path } = findExperiment(wanted, ports.library);
  const id = wanted.workloadId ?? targetOf(experiment);
  if (id === null) {
    throw new CoxswainError(
      'usage',
      `Experiment ${experiment.name} names no target.`,
      'Say which workload is meant (`--workload namespace/name`), or give it a `target`.',
    );
  }
  const workload = ports.workload(id);
  const provider = providerFor(experiment, wanted.provider, ports);
  return { experiment, path, kind: kindOf(experiment), workload, provider };
}

/** What an experiment is to people, and why it cannot be run here, if so. */
export function describeExperiment(
  known: KnownExperiment,
  ports: Omit<ChoicePorts, 'library'>,
): ExperimentInfo {
  const { name, path, content } = known;
  if (content.kind === 'problem') {
    const problem = errorText(content.error);
    const unknown = { kind: null, workloadId: null, provider: null, durationMs: null };
    return { name, title: name, description: '', path, ...unknown, problem };
  }
  const { experiment } = content;
  const workloadId = targetOf(experiment);
  const described = {
    name,
    title: experiment.title ?? name,
    description: experiment.description,
    path,
    kind: experimentKind(experiment),
    workloadId,
    durationMs: experimentDurationMs(experiment),
  };
  try {
    if (workloadId !== null) ports.workload(workloadId);
    return { ...described, provider: providerFor(experiment, undefined, ports).name, problem: null };
  } catch (error) {
    return { ...described, provider: null, problem: errorText(toErrorInfo(error)) };
  }
}

function providerFor(
  experiment: Experiment,
  wanted: ChaosProviderName | undefined,
  { defaultProvider, capabilities }: Pick<ChoicePorts, 'defaultProvider' | 'capabilities'>,
): ChaosProvider {
  const what = experiment.workflow === undefined ? kindOf(experiment) : 'workflow';
  return chooseProvider(what, wanted ?? experiment.provider ?? defaultProvider(), capabilities);
}

function findExperiment(
  { name, yaml, path }: Wanted,
  library: ExperimentLibrary,
): { experiment: Experiment; path: string | null } {
  if ((name === undefined) === (yaml === undefined)) {
    throw new CoxswainError(
      'usage',
      'An experiment is meant either by its name or by its text.',
      'Send exactly one of `name` and `yaml`.',
    );
  }
  if (yaml !== undefined) {
    return { experiment: library.parse(yaml, path ?? 'experiment.yaml'), path: path ?? null };
  }
  const known = library.list();
  const found = known.find((each) => each.name === name);
  if (!found) {
    throw new CoxswainError(
      'not-found',
      `There is no experiment ${name}.`,
      `Choose one of: ${known.map((each) => each.name).join(', ') || 'none is known'}.`,
    );
  }
  const { content } = found;
  if (content.kind === 'experiment') return { experiment: content.experiment, path: found.path };
  throw new CoxswainError(content.error.code, content.error.message, content.error.remedy);
}

function targetOf({ target }: Experiment): string | null {
  return target === undefined ? null : `${target.namespace}/Deployment/${target.deployment}`;
}

function kindOf(experiment: Experiment): FaultKind {
  const kind = experimentKind(experiment);
  if (kind !== null) return kind;
  throw new CoxswainError(
    'config-invalid',
    `The workflow of experiment ${experiment.name} only waits.`,
    'Give one of its steps a fault.',
  );
}
