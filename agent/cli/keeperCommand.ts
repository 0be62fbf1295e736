import { runKeeper } from '../safety/keeper/realKeeper';

export interface KeeperCommandOptions {
  kubeconfig?: string;
  context: string;
  agent: string;
  stateDir: string;
  journal: string;
}

/** Started by the agent before it takes over an autoscaler, never by people. */
export async function runKeeperCommand(options: KeeperCommandOptions): Promise<void> {
  await runKeeper({
    kubeconfigPath: options.kubeconfig,
    context: options.context,
    stateDirectory: options.stateDir,
    journalDirectory: options.journal,
    agentId: options.agent,
  });
}
