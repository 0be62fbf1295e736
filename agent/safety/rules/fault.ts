import type { FaultInput } from '../guardInput';
import { namespacesOf } from './faultTargets';
import { deny, type Rule } from './rule';
import { judgeNamespace } from './scope';

export const chaosEnabled: Rule<Pick<FaultInput, 'config'>> = {
  name: 'chaos-enabled',
  judge: ({ config }) => (config.chaos.enabled ? null : deny('`chaos.enabled` is off in coxswain.yaml')),
};

/** Neither the target, nor what is written, nor anything that it selects lies outside the allow-list. */
export const faultNamespace: Rule<Pick<FaultInput, 'config' | 'change' | 'ref'>> = {
  name: 'namespace',
  judge({ config, change: { write }, ref }) {
    const rulings = [ref.namespace, ...namespacesOf(write)].map((name) => judgeNamespace(config, name));
    return rulings.find((ruling) => ruling !== null) ?? null;
  },
};
