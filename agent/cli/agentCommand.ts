import { resolve } from 'node:path';
import type { Config } from '../config/schema';
import { DEFAULT_CONFIG } from '../config/schema';
import { type ConfigListener, type ConfigSource, fixedConfig, watchedConfig } from '../config/source';
import { type Mode, toErrorInfo } from '../protocol';
import { Agent } from '../server/agent';
import type { AgentOptions } from '../server/agentOptions';
import { type EditorSide, serveStdio } from '../server/stdio';
import { programHealService } from '../tasks/heal/service/programHealService';
import { formatRow, print, printError } from './output';
import type { ProgramContext } from './programContext';
import { untilEnd } from './untilEnd';

/** The agent must not outlive its window, whatever the cluster does when it is let go; wall time. */
const END_TIMEOUT_MS = 2000;

export interface AgentCommandOptions {
  stdio?: boolean;
  context?: string;
  kubeconfig?: string;
  mode?: Mode;
  config?: string;
  port?: number;
  stateDir: string;
}

/** The agent under VS Code, or in a terminal, where it connects at once and logs readable lines. */
export async function runAgent(options: AgentCommandOptions, context: ProgramContext): Promise<void> {
  let editor: EditorSide | null = null;
  const agent = await Agent.start({
    ...context,
    stateDirectory: resolve(options.stateDir),
    createHealService: programHealService(context),
    openConfig: (listener) => openConfig(options, listener),
    // Under an editor nothing is trusted before the editor has said so.
    trusted: !options.stdio,
    editorSecret: async (name, signal) => editor?.secret(name, signal) ?? null,
    log,
  } satisfies AgentOptions);
  if (!options.stdio) return runInTerminal(agent, options);
  await runUnderEditor(agent, (side) => {
    editor = side;
  });
}

/** Ends with the editor, which may end this process as soon as `close` has done what cannot wait. */
function runUnderEditor(agent: Agent, serves: (editor: EditorSide) => void): Promise<void> {
  return new Promise((resolve) => {
    const end = (why: string) => {
      setTimeout(resolve, END_TIMEOUT_MS).unref();
      agent.close(why).catch(logError).finally(resolve);
    };
    serves(
      serveStdio({
        initialize: ({ trusted }) => agent.setTrusted(trusted),
        handle: (method, params) => agent.handleUnknown(method, params, 'VS Code'),
        ended: () => end('the editor is gone'),
        log,
      }),
    );
    void untilEnd({ exitWithStdin: false }).then(end);
  });
}

async function runInTerminal(agent: Agent, options: AgentCommandOptions): Promise<void> {
  const end = untilEnd({ exitWithStdin: false });
  agent.onRow((row) => print(formatRow(row)));
  print(`dashboard  ${agent.dashboardUrl}`);
  const { context, kubeconfig } = options;
  const connected = agent.handle('connect', { context, kubeconfig }, 'terminal').then(() => end);
  try {
    await agent.close(await Promise.race([connected, end]));
  } catch (error) {
    await agent.close('it could not connect');
    throw error;
  }
}

function log(text: string): void {
  process.stderr.write(`${text}\n`);
}

function logError(error: unknown): void {
  printError(toErrorInfo(error));
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
