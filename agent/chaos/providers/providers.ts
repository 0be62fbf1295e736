import {
  type Capability,
  type ChaosProviderName,
  CoxswainError,
  FAULT_TITLES,
  type FaultKind,
} from '../../protocol';
import type { Experiment } from '../experiment/experiment';
import { chaosMesh } from './chaosMesh';
import { litmus } from './litmus';
import { native } from './native';
import type { ChaosProvider, FaultPlan, FaultTarget } from './provider';
import { unknownKind, withoutWorkflows } from './refusals';

/** In the order in which `auto` asks them. */
export const PROVIDERS: readonly ChaosProvider[] = [chaosMesh, litmus, native];

export function providerNamed(name: ChaosProviderName): ChaosProvider {
  switch (name) {
    case 'chaos-mesh':
      return chaosMesh;
    case 'litmus':
      return litmus;
    case 'native':
      return native;
  }
}

/**
 * Who carries a kind out: the one that is wanted, or with `auto` the first that has the kind and can be used. Workflows
 * are Chaos Mesh's alone.
 *
 * @throws CoxswainError `capability-missing` where nobody can, saying why of each
 */
export function chooseProvider(
  kind: FaultKind | 'workflow',
  wanted: ChaosProviderName | 'auto',
  capabilities: readonly Capability[],
): ChaosProvider {
  if (wanted !== 'auto') {
    const provider = providerNamed(wanted);
    const objection = objectionTo(provider, kind, capabilities);
    if (objection === null) return provider;
    throw objection;
  }
  const able = PROVIDERS.find((provider) => objectionTo(provider, kind, capabilities) === null);
  if (able) return able;
  const reasons = PROVIDERS.filter((provider) => has(provider, kind)).flatMap(
    (provider) => objectionTo(provider, kind, capabilities)?.message ?? [],
  );
  const what = kind === 'workflow' ? 'a workflow' : `a ${FAULT_TITLES[kind]}`;
  throw new CoxswainError(
    'capability-missing',
    `Nobody can do ${what} here. ${reasons.join(' ')}`,
    'Install what is missing, choose another kind, or try it on the embedded cluster.',
  );
}

/** What an experiment does, as its provider would write it. @throws as `ChaosProvider.inject` */
export function planExperiment(
  provider: ChaosProvider,
  { fault, workflow, mode, value, duration: durationMs }: Experiment,
  target: FaultTarget,
): FaultPlan {
  if (fault !== undefined)
    return provider.inject({ ...target, fault, mode, value: value ?? null, durationMs });
  return provider.injectWorkflow({ ...target, steps: workflow ?? [], durationMs });
}

function has(provider: ChaosProvider, kind: FaultKind | 'workflow'): boolean {
  return kind === 'workflow' ? provider === chaosMesh : provider.kinds.includes(kind);
}

function objectionTo(
  provider: ChaosProvider,
  kind: FaultKind | 'workflow',
  capabilities: readonly Capability[],
): CoxswainError | null {
  if (has(provider, kind)) return provider.missing(capabilities);
  return kind === 'workflow' ? withoutWorkflows(provider.title, 'workflows') : unknownKind(provider, kind);
}
