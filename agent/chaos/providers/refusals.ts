import {
  type Capability,
  type ChaosProviderName,
  CoxswainError,
  FAULT_TITLES,
  type FaultKind,
} from '../../protocol';
import type { ChaosProvider } from './provider';

/** Why a chaos tool cannot be used in a cluster with these capabilities; null where it can. */
export function missingTool(
  key: Exclude<ChaosProviderName, 'native'>,
  title: string,
  capabilities: readonly Capability[],
): CoxswainError | null {
  const capability = capabilities.find((each) => each.key === key);
  if (capability?.present) return null;
  return new CoxswainError(
    'capability-missing',
    `${title} cannot be used in this cluster: ${capability?.detail ?? 'it was not looked for'}.`,
    `Install ${title} there, choose another provider, or try it on the embedded cluster.`,
  );
}

export function unknownKind(
  provider: Pick<ChaosProvider, 'title' | 'kinds'>,
  kind: FaultKind,
): CoxswainError {
  return new CoxswainError(
    'capability-missing',
    `${provider.title} has no ${FAULT_TITLES[kind]}.`,
    `Choose another provider, or one of its kinds: ${provider.kinds.join(', ')}.`,
  );
}

/** Only Chaos Mesh paces several faults, or one again and again, by itself. */
export function withoutWorkflows(title: string, what: 'workflows' | 'schedules'): CoxswainError {
  return new CoxswainError(
    'capability-missing',
    `${title} has no ${what}.`,
    'Choose the provider chaos-mesh, or write single experiments.',
  );
}
