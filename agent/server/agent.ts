import { join } from 'node:path';
import { listContexts, loadKubeconfig } from '../cluster/kubeconfig';
import type { Config } from '../config/schema';
import type { ConfigListener, ConfigSource } from '../config/source';
import {
  type AgentSnapshot,
  type Change,
  CoxswainError,
  type ErrorInfo,
  emptySnapshot,
  errorText,
  type JournalEvent,
  type JournalRow,
  type Method,
  type Params,
  type ParsedParams,
  policyText,
  type Result,
  toErrorInfo,
} from '../protocol';
import { createHealTask } from '../tasks/heal/heal';
import { givenUp, notConnected } from './connectErrors';
import { diagnose } from './diagnose';
import { dispatch, type Handlers } from './dispatch';

import { publishEndpoint } from './endpointFile';
import { experimentsFolder, openExperimentLibrary, shippedExperiments } from './experimentLibrary';
import { chaosHandlers } from './handlers/chaos';
import { healHandlers } from './handlers/heal';
import { modelHandlers } from './handlers/models';
import { steeringHandlers } from './handlers/steering';
import { type HealServiceFactory, withoutHealService } from './healService';
import { Models, type Switch } from './models';
import { needsReconnect } from './reconnect';
import { RestLifetime } from './restLifetime';
import { Session } from './session';
import { hasShippedPolicies, mayShippedSteer, shippedPoliciesDirectory } from './shippedFolder';
import { StateStore } from './stateStore';
import { watchStore } from './storeWatch';
import { openStream, type Stream } from './stream';
import { Trainings } from './trainings';
import { refuseUntrusted } from './trust';
import { userName } from './userName';

export interface AgentOptions {
  version: string;
  stateDirectory: string;
  openConfig(listener: ConfigListener): ConfigSource;
  /** False in an untrusted workspace: only the embedded cluster may be connected. */
  trusted: boolean;
  /** The folder of the built program, of its dashboard, and of `agent.cjs`, which trainings run. */
  assetsDirectory: string;
  /** What answers for the learned side of `heal`; without it those requests are refused. */
  createHealService?: HealServiceFactory;
  log(text: string): void;
}

/** An error that goes on is told again after this long, wall time. */
const REPEATED_ERROR_MS = 60_000;

type ConnectParams = ParsedParams<'connect'>;

/** The agent: one state, one stream, at most one connected cluster. Every transport calls `handle`. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #state: StateStore;
  readonly #config: ConfigSource;
  readonly #models: Models;
  readonly #trainings: Trainings;
  readonly #rest: RestLifetime;
  readonly #rowListeners = new Set<(row: JournalRow) => void>();
  #trusted: boolean;
  #session: Session | null = null;
  /** Connecting and disconnecting come one after the other; the later one ends the earlier. */
  #turn: Promise<unknown> = Promise.resolve();
  #aborter = new AbortController();
  #closing: Promise<void> | null = null;
  #connectParams: ConnectParams = {};
  #appliedConfig: Config;
  #stream: Stream | null = null;
  #withdrawEndpoint: () => void = () => undefined;

  static async start(options: AgentOptions): Promise<Agent> {
    const agent = new Agent(options);
    try {
      await agent.#open();
    } catch (error) {
      agent.#config.close();
      throw error;
    }
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
    const policies = shippedPoliciesDirectory(options.assetsDirectory);
    this.#models = new Models({
      hasChanged: watchStore(options.stateDirectory),
      openShelf: async () =>
        (await import('./policyShelf')).openPolicyShelf(options.stateDirectory, policies),
      hasShipped: () => hasShippedPolicies(policies),
      steersByDefault: () => mayShippedSteer(policies),
      mode: () => (this.#session ? this.#state.snapshot.mode : this.#config.current().mode),
      rule: () => policyText(createHealTask(() => this.#config.current(), Math.random).createPolicy('')),
      publish: (change) => this.#publish(change),
      onSwitch: (event) => this.#policySwitched(event),
      onProblem: (error) => {
        this.#report(error);
        this.#session?.warn(errorText(error));
      },
    });
    this.#trainings = new Trainings({
      program: [process.execPath, join(options.assetsDirectory, 'agent.cjs')],
      stateDirectory: options.stateDirectory,
      isTrusted: () => this.#trusted,
      publish: (change) => this.#publish(change),
      record: (event) => this.#trainingChanged(event),
    });
    const { stateDirectory, version, log } = options;
    this.#rest = new RestLifetime(
      { agent: this, stateDirectory, version, log },
      () => this.#config.current().server.rest,
    );
  }

  get dashboardUrl(): string {
    return this.#openedStream().dashboardUrl;
  }

  /** Only a transport that ends in this user's editor may say that the workspace is not trusted. */
  setTrusted(trusted: boolean): void {
    this.#trusted = trusted;
    // The configuration of a workspace that is not trusted opens no port.
    if (trusted) this.#rest.open().catch((error: unknown) => this.#report(toErrorInfo(error)));
  }

  snapshot(): AgentSnapshot {
    return this.#state.snapshot;
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
      return await dispatch(this.#handlers(`${userName()} (${via})`), method, params);
    } catch (error) {
      // Whoever asked is told; for the others it is kept.
      this.#keepError(toErrorInfo(error));
      throw error;
    }
  }

  /** What has to survive is done before the first await: the process may be about to end. */
  close(why: string): Promise<void> {
    this.#closing ??= this.#closeNow(why);
    return this.#closing;
  }

  async #closeNow(why: string): Promise<void> {
    const session = this.#session;
    this.#session = null;
    const closing = session?.close(why);
    this.#aborter.abort(givenUp());
    this.#withdrawEndpoint();
    this.#config.close();
    this.#models.close();
    this.#state.close();
    await Promise.all([
      closing,
      this.#trainings.close(),
      this.#turn,
      this.#rest.close(),
      this.#stream?.close(),
    ]);
  }

  async #open(): Promise<void> {
    const stream = await openStream({
      port: this.#config.current().server.port,
      state: this.#state,
      assets: { directory: this.#options.assetsDirectory },
      handle: (method, params, via) => this.#handleFromStream(method, params, via),
    });
    this.#stream = stream;
    await this.#models.open();
    if (this.#trusted) await this.#rest.open();
  }

  #handleFromStream(method: string, params: unknown, via: string): Promise<unknown> {
    // The token is for the parent process to hand out, not for a reader of the stream to ask for.
    if (method === 'stream') {
      throw new CoxswainError(
        'message-malformed',
        'The address and token of the stream are not told on the stream itself.',
        'Ask for them on stdio.',
      );
    }
    return this.handleUnknown(method, params, via);
  }

  #handlers(by: string): Handlers {
    const session = () => this.#connectedSession();
    return {
      connect: (params) => this.#connect(params),
      disconnect: () =>
        this.#inTurn(async () => {
          await this.#disconnect('disconnected');
          return {};
        }),
      contexts: ({ kubeconfig }) => this.#contexts(kubeconfig),
      snapshot: () => ({ snapshot: this.#state.snapshot }),
      stream: () => {
        const { url, dashboardUrl, token } = this.#openedStream();
        return { url, dashboardUrl, token };
      },
      history: ({ workloadId }) => ({ samples: this.#state.snapshot.samples[workloadId] ?? [] }),
      ...steeringHandlers(session, by),
      ...chaosHandlers(session, by),
      ...healHandlers(session, by),
      ...modelHandlers(this.#models, this.#trainings, by),
      diagnose: () => ({ report: this.#diagnose() }),
    };
  }

  #connect(params: ConnectParams) {
    return this.#inTurn((signal) => this.#connectNow(params, signal));
  }

  #inTurn<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#closing) throw notConnected('The agent is ending.');
    this.#aborter.abort(givenUp());
    this.#aborter = new AbortController();
    const { signal } = this.#aborter;
    const next = this.#turn.then(() => {
      signal.throwIfAborted();
      return work(signal);
    });
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #connectNow(params: ConnectParams, signal: AbortSignal) {
    const config = this.#config.current();
    const kubeconfigPath = params.kubeconfig ?? config.kubeconfig;
    const contextName = params.context ?? config.context;
    if (!this.#trusted) refuseUntrusted(kubeconfigPath, this.#options.stateDirectory);
    await this.#disconnect('connecting to another cluster');
    this.#connectParams = params;
    this.#publish({ kind: 'connection', connection: { kind: 'connecting', context: contextName ?? '' } });
    try {
      this.#session = await this.#openSession(kubeconfigPath, contextName, signal);
    } catch (error) {
      signal.throwIfAborted();
      const info = toErrorInfo(error);
      this.#publish({
        kind: 'connection',
        connection: { kind: 'failed', context: contextName ?? '', error: info },
      });
      throw error;
    }
    this.#publishEndpoint();
    return { connection: this.#state.snapshot.connection };
  }

  async #openSession(
    kubeconfigPath: string | undefined,
    contextName: string | undefined,
    signal: AbortSignal,
  ): Promise<Session> {
    const { learnedHeal, problem } = this.#models;
    const session = await Session.open({
      version: this.#options.version,
      stateDirectory: this.#options.stateDirectory,
      kubeconfigPath,
      contextName,
      signal,
      config: () => this.#config.current(),
      learnedHeal: () => this.#models.learnedHeal,
      createHealService: this.#options.createHealService ?? withoutHealService,
      promoteHeal: async (version, by) => void (await this.#models.promote({ task: 'heal', version }, by)),
      proposal: (id) => this.#state.snapshot.proposals.find((proposal) => proposal.id === id),
      library: openExperimentLibrary({
        shipped: shippedExperiments(this.#options.assetsDirectory),
        own: () => experimentsFolder(this.#config.path, this.#config.current().chaos.experiments),
      }),
      warnings: problem ? [errorText(problem)] : [],
      publish: (change) => this.#publish(change),
      onRow: (row) => this.#rowAppended(row),
      onError: (error) => this.#report(error),
    });
    if (signal.aborted) await session.close('given up');
    signal.throwIfAborted();
    // It may have begun to steer with the policy of before.
    if (this.#models.learnedHeal !== learnedHeal) session.policySwitched();
    return session;
  }

  /** Once connected only: an agent that could not connect must not take the place of one that runs. */
  #publishEndpoint(): void {
    const { url, token } = this.#openedStream();
    try {
      this.#withdrawEndpoint = publishEndpoint(this.#options.stateDirectory, {
        pid: process.pid,
        url,
        token,
      });
    } catch (error) {
      // The commands will not find it, but it steers.
      this.#report(toErrorInfo(error));
    }
  }

  async #disconnect(why: string): Promise<void> {
    const session = this.#session;
    this.#session = null;
    try {
      await session?.close(why);
    } catch (error) {
      this.#report(toErrorInfo(error));
    }
    this.#publish({ kind: 'reset', snapshot: emptySnapshot(this.#options.version, process.pid) });
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
      snapshot: this.#state.snapshot,
      configPath: this.#config.path,
      stateDirectory: this.#options.stateDirectory,
      streamUrl: this.#openedStream().url,
      staleness: this.#session?.staleness() ?? [],
    });
  }

  #configChanged(config: Config): void {
    const before = this.#appliedConfig;
    this.#appliedConfig = config;
    const isSame = JSON.stringify(before.server) === JSON.stringify(config.server);
    const text = isSame ? 'read again' : 'read again; `server` counts from the next start on';
    this.#session?.configChanged(this.#config.path ?? '', text);
    const { kind } = this.#state.snapshot.connection;
    if ((kind === 'connected' || kind === 'connecting') && needsReconnect(before, config)) {
      this.#connect(this.#connectParams).catch((error: unknown) => this.#report(toErrorInfo(error)));
    }
  }

  #policySwitched(event: Switch): void {
    this.#session?.record({ kind: 'policy-switched', ...event });
    this.#session?.policySwitched();
  }

  #trainingChanged(event: JournalEvent): void {
    this.#session?.record(event);
    // What it has learned is in the store.
    if (event.kind === 'training-finished') void this.#models.list();
  }

  #rowAppended(row: JournalRow): void {
    this.#publish({ kind: 'activity', row });
    for (const listener of this.#rowListeners) listener(row);
  }

  /** The same error again and again is told once in a while. */
  #report(error: ErrorInfo): void {
    const last = this.#state.snapshot.errors.findLast(({ message }) => message === error.message);
    if (last && Date.now() - last.atMs < REPEATED_ERROR_MS) return;
    this.#options.log(`${error.code}: ${error.message} ${error.remedy}`);
    this.#keepError(error);
  }

  #keepError(error: ErrorInfo): void {
    this.#publish({ kind: 'error', error: { ...error, atMs: Date.now() } });
  }

  /** Errors, policies and trainings are the agent's: they outlive a session. */
  #publish(change: Change): void {
    if (change.kind !== 'reset') this.#state.publish(change);
    else {
      const { errors, models, defaultSteering, trainings } = this.#state.snapshot;
      const own = { errors, models, defaultSteering, trainings };
      this.#state.publish({ ...change, snapshot: { ...change.snapshot, ...own } });
    }
  }

  #connectedSession(): Session {
    if (this.#session) return this.#session;
    throw notConnected('No cluster is connected.');
  }

  #openedStream(): Stream {
    if (this.#stream) return this.#stream;
    throw new CoxswainError('internal', 'The stream is not open yet.', 'Wait until the agent has started.');
  }
}
