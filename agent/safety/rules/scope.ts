import type { Config } from '../../config/schema';
import type { GuardInput } from '../guardInput';
import { deny, type Rule, type Ruling } from './rule';

/** Only listed namespaces are acted on, and protected ones never. */
export const namespace: Rule<Pick<GuardInput, 'config' | 'ref'>> = {
  name: 'namespace',
  judge: ({ config, ref }) => judgeNamespace(config, ref.namespace),
};

/** A workload may be shown and never touched. */
export const observeOnly: Rule<Pick<GuardInput, 'config' | 'ref'>> = {
  name: 'observe-only',
  judge({ config, ref }) {
    const key = `${ref.namespace}/${ref.name}`;
    return config.workloads[key]?.observeOnly ? deny(`${key} is observe-only in coxswain.yaml`) : null;
  },
};

export function judgeNamespace(config: Config, name: string): Ruling | null {
  if (config.protectedNamespaces.includes(name)) return deny(`namespace ${name} is protected`);
  if (!config.namespaces.includes(name)) return deny(`namespace ${name} is not in the allow-list`);
  return null;
}
