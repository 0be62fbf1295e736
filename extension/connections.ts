import * as vscode from 'vscode';
import type { ClusterReady, KubeContext, Params } from '../agent/protocol';
import { CoxswainError, fromErrorInfo } from '../agent/protocol/errors';
import type { AgentSupervisor, RunningAgent } from './agent/supervisor';
import type { ClusterProcess } from './clusterProcess';
import { readSetting } from './config';
import { findConfig } from './flows/configFile';
import { embeddedConfig } from './flows/configTemplate';
import { chosen, showError } from './flows/ui';

const LAST_CONTEXT = 'lastContext';

/** What the agent is meant to be connected to, also after a restart. */
type Destination =
  | { kind: 'context'; context: string | undefined }
  | { kind: 'embedded'; cluster: ClusterReady };

export interface ConnectionParts {
  supervisor: AgentSupervisor;
  cluster: ClusterProcess;
  agentPath: string;
  /** This window's own files of the embedded cluster. */
  embeddedFolder: vscode.Uri;
  memory: vscode.Memento;
}

/** Decides to which cluster the agent is connected, and by which coxswain.yaml. */
export class Connections {
  readonly #parts: ConnectionParts;
  #destination: Destination | null = null;
  /** The user has disconnected: an agent that comes up again is not to connect by itself. */
  #left = false;
  /** The coxswain.yaml of the agent that runs. */
  #configInForce: string | undefined;
  /** A connection is being made, so that a restart on its way does not make another one. */
  #connecting = false;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** Asks for a context and connects to it. */
  async connect(agent: RunningAgent): Promise<void> {
    requireTrust();
    const kubeconfig = kubeconfigSetting();
    const { contexts, error } = await agent.request(
      'contexts',
      kubeconfig === undefined ? {} : { kubeconfig },
    );
    if (error) throw fromErrorInfo(error);
    const { context } = chosen(await pickContext(contexts));
    await this.#connectTo({ kind: 'context', context });
    await this.#parts.memory.update(LAST_CONTEXT, context);
  }

  /** Starts the embedded cluster unless it runs, and connects to it. */
  async startEmbedded(): Promise<void> {
    const { cluster, agentPath, embeddedFolder } = this.#parts;
    await vscode.workspace.fs.createDirectory(embeddedFolder);
    const options = {
      agentPath,
      kubeconfig: vscode.Uri.joinPath(embeddedFolder, 'kubeconfig').fsPath,
      rate: readSetting(vscode.workspace.getConfiguration('coxswain'), 'embedded.rate'),
    };
    const embedded = await progress('Starting the embedded cluster', () => cluster.start(options));
    await this.#connectTo({ kind: 'embedded', cluster: embedded });
  }

  /** Leaves the cluster, with all that is handed back and ended then. An embedded one goes on running. */
  async disconnect(agent: RunningAgent): Promise<void> {
    this.#destination = null;
    this.#left = true;
    await agent.request('disconnect', {});
  }

  async stopEmbedded(): Promise<void> {
    const { cluster } = this.#parts;
    if (!cluster.isRunning) {
      void vscode.window.showInformationMessage('The embedded cluster does not run.');
      return;
    }
    await this.#leaveEmbedded();
    await cluster.stop();
  }

  /** The embedded cluster has died: an agent that looks for it on and on helps nobody. */
  async onClusterDied(error: CoxswainError): Promise<void> {
    showError(error);
    await this.#leaveEmbedded();
  }

  /** Connects an agent that has just come up: again, or for the first time where the user wants it so. */
  async onAgentReady(): Promise<void> {
    if (this.#connecting) return;
    const settings = vscode.workspace.getConfiguration('coxswain');
    const mayConnect = vscode.workspace.isTrusted && readSetting(settings, 'autoConnect') && !this.#left;
    if (!this.#destination && mayConnect) {
      this.#destination = { kind: 'context', context: this.#parts.memory.get<string>(LAST_CONTEXT) };
    }
    if (this.#destination) await this.#connectTo(this.#destination);
  }

  /** The coxswain.yaml for an agent that is about to start; none in an untrusted workspace but our own. */
  async takeConfig(): Promise<string | undefined> {
    this.#configInForce = await this.#wantedConfig();
    return this.#configInForce;
  }

  /** A coxswain.yaml has come or gone: the agent starts again where another one now applies. */
  async onConfigMoved(): Promise<void> {
    if ((await this.#wantedConfig()) !== this.#configInForce) await this.#parts.supervisor.restart();
  }

  async #connectTo(destination: Destination): Promise<void> {
    this.#destination = destination;
    this.#left = false;
    this.#connecting = true;
    try {
      const agent = await this.#agentFor(destination);
      const title =
        destination.kind === 'embedded' ? 'the embedded cluster' : (destination.context ?? 'the cluster');
      const { connection } = await progress(`Connecting to ${title}`, () =>
        agent.request('connect', connectParams(destination)),
      );
      if (connection.kind === 'failed') throw fromErrorInfo(connection.error);
    } finally {
      this.#connecting = false;
    }
  }

  /** The agent with the coxswain.yaml that applies to the destination. */
  async #agentFor(destination: Destination): Promise<RunningAgent> {
    const { supervisor } = this.#parts;
    if (destination.kind === 'embedded') await this.#writeEmbeddedConfig();
    if ((await this.#wantedConfig()) !== this.#configInForce) await supervisor.restart();
    return supervisor.whenRunning();
  }

  async #wantedConfig(): Promise<string | undefined> {
    const own = vscode.workspace.isTrusted ? await findConfig() : undefined;
    if (own) return own.fsPath;
    return this.#destination?.kind === 'embedded' ? this.#embeddedConfigUri.fsPath : undefined;
  }

  async #writeEmbeddedConfig(): Promise<void> {
    const journal = vscode.Uri.joinPath(this.#parts.embeddedFolder, 'journal').fsPath;
    const text = new TextEncoder().encode(embeddedConfig(journal));
    await vscode.workspace.fs.writeFile(this.#embeddedConfigUri, text);
  }

  get #embeddedConfigUri(): vscode.Uri {
    return vscode.Uri.joinPath(this.#parts.embeddedFolder, 'coxswain.yaml');
  }

  async #leaveEmbedded(): Promise<void> {
    if (this.#destination?.kind !== 'embedded') return;
    this.#destination = null;
    await this.#parts.supervisor.running?.request('disconnect', {});
  }
}

function connectParams(destination: Destination): Params<'connect'> {
  if (destination.kind === 'embedded') {
    const { kubeconfig, context } = destination.cluster;
    return { kubeconfig, context };
  }
  const kubeconfig = kubeconfigSetting();
  return {
    ...(destination.context === undefined ? {} : { context: destination.context }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  };
}

function kubeconfigSetting(): string | undefined {
  return readSetting(vscode.workspace.getConfiguration('coxswain'), 'kubeconfig') || undefined;
}

function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new CoxswainError(
    'untrusted-workspace',
    'In an untrusted workspace Coxswain connects to the embedded cluster only.',
    'Trust the workspace to connect to your own clusters.',
  );
}

async function pickContext(contexts: readonly KubeContext[]): Promise<{ context: string } | undefined> {
  const rows = contexts
    .toSorted((a, b) => Number(b.current) - Number(a.current))
    .map(({ name, current, server, user, namespace }) => ({
      label: name,
      description: current ? 'current' : '',
      detail: [server, `user ${user}`, namespace && `namespace ${namespace}`].filter(Boolean).join(' · '),
      context: name,
    }));
  return vscode.window.showQuickPick(rows, { placeHolder: 'Connect to which context?', matchOnDetail: true });
}

function progress<T>(title: string, task: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, task);
}
