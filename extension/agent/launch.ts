import type { LogOutputChannel } from 'vscode';
import type { LanguageClientOptions } from 'vscode-languageclient/node';
import type { Method, Params, Result } from '../../agent/protocol';
import { HOST_SECRET } from '../../agent/protocol/hostSecret';
import { type NodeChild, spawnNode } from '../childProcess';
import { EXPERIMENT_GLOBS } from '../flows/experimentPlaces';
import { exitError, type ProcessExit } from '../processError';
import { parseAnswer, requestError, startError } from './errors';
import { AGENT_ENV, AGENT_NODE_FLAGS } from './frugality';
import type { AgentSession, SessionListener } from './session';
import { SnapshotStream } from './snapshotStream';

/** How long the agent has to end after it was asked to, before it is killed. */
const END_GRACE_MS = 2000;

/** What the agent's language server knows: the configuration, and experiments, saved or not. */
const LANGUAGE_FILES = ['**/coxswain.yaml', ...EXPERIMENT_GLOBS];

/** Sent with `initialize`. */
export interface InitializationOptions {
  protocolVersion: number;
  /** False in an untrusted workspace: the agent then connects to the embedded cluster only. */
  trusted: boolean;
}

export interface LaunchOptions {
  /** Path of the agent's bundle. */
  agentPath: string;
  /** Where the agent keeps its journal and state. */
  stateDirectory: string;
  /** Absolute path of the coxswain.yaml that applies; the defaults apply where absent. */
  configPath?: string | undefined;
  initialization: InitializationOptions;
  output: LogOutputChannel;
  /** The secret that the agent needs under a name, or null where there is none. */
  secret(name: string): Promise<string | null>;
}

/** Starts an agent process with a language client on its stdio. See `StartSession`. */
export async function launchAgent(options: LaunchOptions): Promise<AgentSession> {
  const log = (line: string) => options.output.appendLine(line);
  const args = ['agent', '--stdio', '--state-dir', options.stateDirectory];
  if (options.configPath !== undefined) args.push('--config', options.configPath);
  const child = spawnNode([...AGENT_NODE_FLAGS, options.agentPath, ...args], log, AGENT_ENV);
  try {
    return await connect(child, options, log);
  } catch (error) {
    const exit = await child.end(END_GRACE_MS);
    // An agent that ended with an error has said why; that its connection broke only followed from that.
    throw exit.code ? agentEnded(exit, child) : startError(error);
  }
}

async function connect(
  child: NodeChild,
  options: LaunchOptions,
  log: (line: string) => void,
): Promise<AgentSession> {
  const client = await createClient(child, options);
  client.onRequest(HOST_SECRET.method, async (params: unknown) => ({
    value: await options.secret(HOST_SECRET.params.parse(params).name),
  }));
  await client.start();
  const request = async <M extends Method>(method: M, params: Params<M>): Promise<Result<M>> => {
    try {
      return parseAnswer(method, await client.sendRequest(`coxswain/${method}`, params));
    } catch (error) {
      throw requestError(method, error);
    }
  };
  const endpoint = await request('stream', {});
  const { snapshot } = await request('snapshot', {});
  let stream: SnapshotStream | null = null;
  let disposed = false;
  return {
    initial: snapshot,
    request,
    listen(listener: SessionListener) {
      stream = new SnapshotStream(endpoint, listener, log);
      void stream.open();
      void child.exited.then((exit) => {
        stream?.dispose();
        if (!disposed) listener.onDied(agentEnded(exit, child).toInfo());
      });
    },
    async dispose() {
      disposed = true;
      stream?.dispose();
      // The client's own shutdown fails on an agent that hangs or is gone; ending the process settles both.
      await client.dispose(END_GRACE_MS).catch(() => {});
      await child.end(END_GRACE_MS);
    },
  };
}

function agentEnded(exit: ProcessExit, child: NodeChild) {
  return exitError('agent', 'agent-not-running', exit, child.stderrTail);
}

/** The library and its protocol are loaded here, not at the top: activation has no use for them. */
async function createClient(child: NodeChild, options: LaunchOptions) {
  const { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn } = await import(
    'vscode-languageclient/node'
  );
  /** The supervisor tells the user what failed and what to do, so the library's own toasts stay off. */
  class QuietClient extends LanguageClient {
    override error(message: string, data?: unknown): void {
      super.error(message, data, false);
    }
  }
  const clientOptions: LanguageClientOptions = {
    documentSelector: LANGUAGE_FILES.flatMap((pattern) => [
      { scheme: 'file', pattern },
      { scheme: 'untitled', pattern },
    ]),
    initializationOptions: options.initialization,
    outputChannel: options.output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    diagnosticCollectionName: 'coxswain',
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
    },
    // spawnNode reads stderr already.
    stdioOptions: { stdout: () => {}, stderr: () => {} },
  };
  return new QuietClient('coxswain', 'Coxswain', async () => child.process, clientOptions);
}
