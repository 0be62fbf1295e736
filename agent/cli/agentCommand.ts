import { resolve } from 'node:path';
import type { Config } from '../config/schema';
import { DEFAULT_CONFIG } from '../config/schema';
import { type ConfigListener, type ConfigSource, fixedConfig, watchedConfig } from '../config/source';
import type { Mode } from '../protocol';
import { Agent, type AgentOptions } from '../server/agent';
import { serveStdio } from '../server/stdio';
import { formatRow, print } from './output';
import { untilEnd } from './untilEnd';

export interface AgentCommandOptions {
  stdio?: boolean;
  context?: string;
  kubeconfig?: string;
  mode?: Mode;
  config?: string;
  port?: number;
  stateDir: string;
}

interface ProgramContext {
  version: string;
  assetsDirectory: string;
}

/** The agent under VS Code, or in a terminal, where it connects at once and logs readable lines. */
export async function runAgent(options: AgentCommandOptions, context: ProgramContext): Promise<void> {
  const agent = await Agent.start({
    ...context,
    stateDirectory: resolve(options.stateDir),
    openConfig: (listener) => openConfig(options, listener),
    trusted: true,
    log: (text) => process.stderr.write(`${text}\n`),
  } satisfies AgentOptions);
  if (options.stdio) runUnderEditor(agent);
  else await runInTerminal(agent, options);
}

function runUnderEditor(agent: Agent): void {
  let ending = false;
  const end = (exitCode: number, why: string) => {
    if (ending) return;
    ending = true;
    void agent.close(why).finally(() => process.exit(exitCode));
  };
  serveStdio({
    initialize: ({ trusted }) => agent.setTrusted(trusted),
    handle: (method, params) => agent.handleUnknown(method, params, 'VS Code'),
    ended: (exitCode) => end(exitCode, 'the editor is gone'),
    log: (text) => process.stderr.write(`${text}\n`),
  });
  void untilEnd({ exitWithStdin: false }).then((signal) => end(0, signal));
}

async function runInTerminal(agent: Agent, options: AgentCommandOptions): Promise<void> {
  const end = untilEnd({ exitWithStdin: false });
  agent.onRow((row) => print(formatRow(row)));
  print(`dashboard  ${agent.dashboardUrl}`);
  try {
    await agent.handle('connect', { context: options.context, kubeconfig: options.kubeconfig }, 'terminal');
  } catch (error) {
    await agent.close('it could not connect');
    throw error;
  }
  await agent.close(await end);
}

function openConfig(options: AgentCommandOptions, listener: ConfigListener): ConfigSource {
  const overrides: Partial<Config> = {
    ...(options.mode ? { mode: options.mode } : {}),
    ...(options.port !== undefined ? { server: { ...DEFAULT_CONFIG.server, port: options.port } } : {}),
  };
  if (!options.config) return fixedConfig(overrides);
  // An editor shows what is wrong with the file, and needs the agent for it.
  const startAnyway = options.stdio ?? false;
  return watchedConfig({ path: options.config, overrides, startAnyway }, listener);
}
