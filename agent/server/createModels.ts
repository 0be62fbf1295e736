import type { Config } from '../config/schema';
import { type Mode, policyText } from '../protocol';
import { createHealTask } from '../tasks/heal/heal';
import { createScaleRule } from '../tasks/scale/live/policies/rules';
import { Models, type ModelsOptions } from './models';
import { hasShippedPolicies, mayShippedSteer, shippedPoliciesDirectory } from './shippedFolder';
import { watchStore } from './storeWatch';
import type { LiveTask } from './taskSteering';

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

function ruleOf(task: LiveTask, config: () => Config): { name: string; version: string } {
  if (task === 'heal') return createHealTask(config, Math.random).createPolicy('');
  return createScaleRule(config().scale.policy);
}
