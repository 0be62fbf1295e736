import { isCoxswainError, type TaskName } from '../protocol';
import { openPolicyShelf } from '../server/policyShelf';
import { shippedPoliciesDirectory } from '../server/shippedFolder';
import { type AgentClient, askOnce, connectToAgent } from './agentClient';
import { openStore } from './openModel';
import { print } from './output';
import type { ProgramContext } from './programContext';

interface PromotionOptions {
  stateDir: string;
  /** A learned policy may act by itself where the agent runs in mode auto. */
  yes?: boolean;
}

/**
 * Through the agent that runs on this state directory, which wants a confirmation where it acts by itself. Where none
 * runs, the next one begins with what the store says.
 */
export async function promoteModel(
  task: TaskName,
  named: string,
  { stateDir, yes = false }: PromotionOptions,
  { assetsDirectory }: ProgramContext,
): Promise<void> {
  const store = openStore(stateDir, { assetsDirectory });
  const version = store.versionNamed(task, named);
  const agent = await runningAgent(stateDir);
  if (agent) {
    const { text } = await askOnce(agent, () =>
      agent.request('promoteModel', { task, version, confirmed: yes }),
    );
    print(text);
    return;
  }
  const shelf = openPolicyShelf(stateDir, shippedPoliciesDirectory(assetsDirectory));
  shelf.check(task, version);
  const own = shelf.promote(task, version);
  const { previous } = shelf.promotions(task);
  const copy = own === version ? '' : `, a copy of ${store.nameOf(task, version)},`;
  const before = previous === null ? '' : `, in place of ${task}/${previous}`;
  print(`${task}/${own}${copy} is promoted${before}. It steers when the next agent starts.`);
}

export async function rollbackModel(
  task: TaskName,
  { stateDir, toRule = false }: PromotionOptions & { toRule?: boolean },
  { assetsDirectory }: ProgramContext,
): Promise<void> {
  const agent = await runningAgent(stateDir);
  if (agent) {
    const { text } = await askOnce(agent, () => agent.request('rollbackModel', { task, toRule }));
    print(text);
    return;
  }
  const shelf = openPolicyShelf(stateDir, shippedPoliciesDirectory(assetsDirectory));
  shelf.rollback(task, { toRule });
  const { active } = shelf.promotions(task);
  print(active === null ? `The rule of ${task} steers again.` : `${task}/${active} steers again.`);
}

async function runningAgent(stateDirectory: string): Promise<AgentClient | null> {
  try {
    return await connectToAgent(stateDirectory);
  } catch (error) {
    if (isCoxswainError(error) && error.code === 'agent-not-running') return null;
    throw error;
  }
}
