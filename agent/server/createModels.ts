import type { Config } from '../config/schema';
import { type Mode, policyText, type TaskName } from '../protocol';
import { paceRule } from '../tasks/canary/pace/paceRule';
import { createHealTask } from '../tasks/heal/heal';
import { createScaleRule } from '../tasks/scale/live/policies/rules';
import { Models, type ModelsOptions } from './models';
import { hasShippedPolicies, mayShippedSteer, shippedPoliciesDirectory } from './shippedFolder';
import { watchStore } from './storeWatch';

interface Ports extends Pick<ModelsOptions, 'publish' | 'onSwitch' | 'onProblem'> {
  stateDirectory: string;
  /** The folder of the built program. */
  assetsDirectory: string;
  config(): Config;
  mode(): Mode;
}

/** The learned policies of an agent, those that come with it among them. */
export function createModels({ stateDirectory, assetsDirectory, config, ...ports }: Ports): Models {
  const policies = shippedPoliciesDirectory(assetsDirectory);
  return new Models({
    ...ports,
    hasChanged: watchStore(stateDirectory),
    openShelf: async () => (await import('./policyShelf')).openPolicyShelf(stateDirectory, policies),
    hasShipped: () => hasShippedPolicies(policies),
    steersByDefault: () => mayShippedSteer(policies),
    rule: (task) => policyText(ruleOf(task, config)),
  });
}

function ruleOf(task: TaskName, config: () => Config): { name: string; version: string } {
  if (task === 'heal') return createHealTask(config, Math.random).createPolicy('');
  if (task === 'canary') return paceRule(config().canary);
  return createScaleRule(config().scale.policy);
}
