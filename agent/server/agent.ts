import { userInfo } from 'node:os';
import { isAbsolute, relative, resolve } from 'node:path';
import { listContexts, loadKubeconfig } from '../cluster/kubeconfig';
import type { Config } from '../config/schema';
import type { ConfigListener, ConfigSource } from '../config/source';
import {
  type AgentSnapshot,
  type Change,
  CoxswainError,
  type ErrorInfo,
  emptySnapshot,
  type JournalRow,
  type Method,
  type Params,
  type ParsedParams,
  type Result,
  toErrorInfo,
} from '../protocol';
import { diagnose } from './diagnose';
import { dispatch, type Handlers } from './dispatch';
import { publishEndpoint } from './endpointFile';
import { Session } from './session';
import { StateStore } from './stateStore';
import { openStream, type Stream } from './stream';

export interface AgentOptions {
  version: string;
  stateDirectory: string;
  openConfig(listener: ConfigListener): ConfigSource;
  /** False in an untrusted workspace: only the embedded cluster may be connected. */
  trusted: boolean;
  assetsDirectory: string;
  log(text: string): void;
}

type ConnectParams = ParsedParams<'connect'>;

/** The agent: one state, one stream, at most one connected cluster. Every transport calls `handle`. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #state: StateStore;
  readonly #config: ConfigSource;
  readonly #rowListeners = new Set<(row: JournalRow) => void>();
  #trusted: boolean;
  #session: Session | null = null;
  #connecting: Promise<unknown> = Promise.resolve();
  #connectParams: ConnectParams = {};
  #appliedConfig: Config;
  #stream: Stream | null = null;
  #withdrawEndpoint: () => void = () => undefined;

  static async start(options: AgentOptions): Promise<Agent> {
    const agent = new Agent(options);
    await agent.#open();
    return agent;
  }

  private constructor(options: AgentOptions) {
    this.#options = options;
    this.#trusted = options.trusted;
    this.#state = new StateStore(emptySnapshot(options.version, process.pid));
    this.#config = options.openConfig({
      onChange: (config) => this.#configChanged(config),
      onError: (error) => this.#report(error),
    });
    this.#appliedConfig = this.#config.current();
  }

  get dashboardUrl(): string {
    return this.#openedStream().dashboardUrl;
  }

  /** Only a transport that ends in this user's editor may say that the workspace is not trusted. */
  setTrusted(trusted: boolean): void {
    this.#trusted = trusted;
  }

  snapshot(): AgentSnapshot {
    return this.#state.latest;
  }

  onRow(listener: (row: JournalRow) => void): void {
    this.#rowListeners.add(listener);
  }

  /** Answers a request of the protocol. `via` names the surface it came from, for the journal. */
  async handle<M extends Method>(method: M, params: Params<M>, via: string): Promise<Result<M>> {
    return (await this.handleUnknown(method, params, via)) as Result<M>;
  }

  /** As `handle`, for what arrives from outside and has still to be checked. */
  async handleUnknown(method: string, params: unknown, via: string): Promise<unknown> {
    try {
      return await dispatch(this.#handlers(`${userInfo().username} (${via})`), method, params);
    } catch (error) {
      // Whoever asked is told; for the others it is kept.
      this.#keepError(toErrorInfo(error));
      throw error;
    }
  }

  /** What has to survive is done before the first await: the process may be about to end. */
  async close(why: string): Promise<void> {
    this.#withdrawEndpoint();
    this.#config.close();
    const session = this.#session;
    this.#session = null;
    const closing = session?.close(why);
    this.#state.close();
    await Promise.all([closing, this.#stream?.close()]);
  }

  async #open(): Promise<void> {
    const stream = await openStream({
      port: this.#config.current().server.port,
      state: this.#state,
      assets: { directory: this.#options.assetsDirectory },
      handle: (method, params, via) => this.#handleFromStream(method, params, via),
    });
    this.#stream = stream;
  }

  #handleFromStream(method: string, params: unknown, via: string): Promise<unknown> {
    // The token is for the parent process to hand out, not for a reader of the stream to ask for.
    if (method === 'stream') throw new CoxswainError('message-malformed', 'Not on the stream.', 'Use stdio.');
    return this.handleUnknown(method, params, via);
  }

  #handlers(by: string): Handlers {
    const session = () => this.#connectedSession();
    return {
      connect: (params) => this.#connect(params),
      disconnect: async () => {
        await this.#disconnect('disconnected');
        return {};
      },
      contexts: ({ kubeconfig }) => this.#contexts(kubeconfig),
      snapshot: () => ({ snapshot: this.#state.latest }),
      stream: () => {
        const { url, dashboardUrl, token } = this.#openedStream();
        return { url, dashboardUrl, token };
      },
      setMode: ({ mode, confirmed }) => ({ mode: session().setMode(mode, by, confirmed ?? false) }),
      pause: () => ({ control: session().pause(by) }),
      resume: ({ clearStop }) => ({ control: session().resume(clearStop ?? false) }),
      emergencyStop: () => session().emergencyStop(by),
      approve: async ({ proposalId }) => ({ proposal: await session().approve(proposalId, by) }),
      reject: async ({ proposalId, why }) => ({
        proposal: await session().reject(proposalId, by, why ?? ''),
      }),
      injectFault: async (params) => ({ fault: await session().injectFault(params, by) }),
      endFault: async ({ faultId }) => ({ fault: await session().endFault(faultId, by) }),
      activity: (params) => ({ rows: session().activity(params) }),
      history: ({ workloadId }) => ({ samples: this.#state.latest.samples[workloadId] ?? [] }),
      logs: async (params) => ({ lines: await session().logs(params) }),
      diagnose: () => ({ report: this.#diagnose() }),
    };
  }

  /** One after the other: a second request waits for the first, then takes its place. */
  #connect(params: ConnectParams) {
    const next = this.#connecting.then(() => this.#connectNow(params));
    this.#connecting = next.catch(() => undefined);
    return next;
  }

  async #connectNow(params: ConnectParams) {
    await this.#disconnect('connecting to another cluster');
    this.#connectParams = params;
    const config = this.#config.current();
    const kubeconfigPath = params.kubeconfig ?? config.kubeconfig;
    const contextName = params.context ?? config.context;
    if (!this.#trusted) refuseUntrusted(kubeconfigPath, this.#options.stateDirectory);
    this.#publish({ kind: 'connection', connection: { kind: 'connecting', context: contextName ?? '' } });
    try {
      this.#session = await Session.open({
        version: this.#options.version,
        stateDirectory: this.#options.stateDirectory,
        kubeconfigPath,
        contextName,
        config: () => this.#config.current(),
        publish: (change) => this.#publish(change),
        onRow: (row) => this.#rowAppended(row),
        onError: (error) => this.#report(error),
      });
    } catch (error) {
      const info = toErrorInfo(error);
      this.#publish({
        kind: 'connection',
        connection: { kind: 'failed', context: contextName ?? '', error: info },
      });
      throw error;
    }
    const { url, token } = this.#openedStream();
    // Only now: an agent that could not connect must not take the place of one that runs.
    this.#withdrawEndpoint = publishEndpoint(this.#options.stateDirectory, { pid: process.pid, url, token });
    return { connection: this.#state.latest.connection };
  }

  async #disconnect(why: string): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close(why);
    const empty = emptySnapshot(this.#options.version, process.pid);
    this.#publish({ kind: 'reset', snapshot: { ...empty, errors: this.#state.latest.errors } });
  }

  #contexts(kubeconfig: string | undefined): Result<'contexts'> {
    try {
      return {
        contexts: listContexts(loadKubeconfig({ path: kubeconfig ?? this.#config.current().kubeconfig })),
        error: null,
      };
    } catch (error) {
      return { contexts: [], error: toErrorInfo(error) };
    }
  }

  #diagnose(): string {
    return diagnose({
      snapshot: this.#state.latest,
      configPath: this.#config.path,
      stateDirectory: this.#options.stateDirectory,
      streamUrl: this.#openedStream().url,
      staleness: this.#session?.staleness() ?? [],
    });
  }

  #configChanged(config: Config): void {
    const before = this.#appliedConfig;
    this.#appliedConfig = config;
    this.#session?.configChanged(this.#config.path ?? '');
    if (this.#session && needsReconnect(before, config)) {
      this.#connect(this.#connectParams).catch((error: unknown) => this.#report(toErrorInfo(error)));
    }
  }

  #rowAppended(row: JournalRow): void {
    this.#publish({ kind: 'activity', row });
    for (const listener of this.#rowListeners) listener(row);
  }

  #report(error: ErrorInfo): void {
    this.#options.log(`${error.code}: ${error.message} ${error.remedy}`);
    this.#keepError(error);
  }

  #keepError(error: ErrorInfo): void {
    this.#publish({ kind: 'error', error: { ...error, atMs: Date.now() } });
  }

  #publish(change: Change): void {
    this.#state.publish(change);
  }

  #connectedSession(): Session {
    if (this.#session) return this.#session;
    throw new CoxswainError(
      'not-connected',
      'No cluster is connected.',
      'Connect to a context, or start the embedded cluster.',
    );
  }

  #openedStream(): Stream {
    if (this.#stream) return this.#stream;
    throw new CoxswainError('internal', 'The stream is not open yet.', 'Wait until the agent has started.');
  }
}

/** What a connection is made with; everything else of the config takes effect while it lasts. */
function needsReconnect(before: Config, after: Config): boolean {
  const made = (config: Config) =>
    JSON.stringify([config.namespaces, config.context, config.kubeconfig, config.journal.directory]);
  return made(before) !== made(after);
}

/** A kubeconfig can run programs, so in an untrusted workspace only one that we wrote ourselves is used. */
function refuseUntrusted(kubeconfigPath: string | undefined, stateDirectory: string): void {
  const inside =
    kubeconfigPath === undefined ? '..' : relative(resolve(stateDirectory), resolve(kubeconfigPath));
  if (!inside.startsWith('..') && !isAbsolute(inside)) return;
  throw new CoxswainError(
    'untrusted-workspace',
    'This workspace is not trusted, so only the embedded cluster may be used.',
    'Trust the workspace (Workspaces: Manage Workspace Trust), or start the embedded cluster.',
  );
}
