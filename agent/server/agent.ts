import { join } from 'node:path';
import type { Config } from '../config/schema';
import type { ConfigSource } from '../config/source';
import {
  type AgentSnapshot,
  type Change,
  CoxswainError,
  emptySnapshot,
  errorText,
  type JournalEvent,
  type JournalRow,
  type Method,
  type Params,
  type Result,
  toErrorInfo,
} from '../protocol';
import type { AgentOptions } from './agentOptions';
import { Calibrations } from './calibrations';
import { createModels } from './createModels';
import { diagnose } from './diagnose';
import { dispatch, type Handlers } from './dispatch';
import { publishEndpoint } from './endpointFile';
import { ErrorReports } from './errorReports';
import { experimentsFolder, openExperimentLibrary, shippedExperiments } from './experimentLibrary';
import { calibrationHandlers } from './handlers/calibration';
import { chaosHandlers } from './handlers/chaos';
import { costHandlers } from './handlers/costs';
import { healHandlers } from './handlers/heal';
import { modelHandlers } from './handlers/models';
import { releaseHandlers } from './handlers/releases';
import { scalingHandlers } from './handlers/scaling';
import { steeringHandlers } from './handlers/steering';
import { withoutHealService } from './healService';
import { kubeContexts } from './kubeContexts';
import type { Models, Switch } from './models';
import { needsReconnect } from './reconnect';
import { RestLifetime } from './restLifetime';
import { Session } from './session';
import { type ClusterChoice, SessionLifetime } from './sessionLifetime';
import { shippedAnalyses } from './shippedAnalyses';
import { StateStore } from './stateStore';
import { openStream, type Stream } from './stream';
import { Trainings } from './trainings';
import { refuseUntrusted } from './trust';
import { userName } from './userName';

/** The agent: one state, one stream, at most one connected cluster. Every transport calls `handle`. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #state: StateStore;
  readonly #errors: ErrorReports;
  readonly #config: ConfigSource;
  readonly #models: Models;
  readonly #trainings: Trainings;
  readonly #calibrations: Calibrations;
  readonly #rest: RestLifetime;
  readonly #rowListeners = new Set<(row: JournalRow) => void>();
  readonly #sessions: SessionLifetime;
  #trusted: boolean;
  #closing: Promise<void> | null = null;
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
    this.#errors = new ErrorReports({
      errors: () => this.#state.snapshot.errors,
      log: options.log,
      publish: (change) => this.#publish(change),
    });
    this.#config = options.openConfig({
      onChange: (config) => this.#configChanged(config),
      onError: (error) => this.#errors.report(error),
    });
    this.#appliedConfig = this.#config.current();
    this.#sessions = new SessionLifetime({
      version: options.version,
      config: () => this.#config.current(),
      check: ({ kubeconfig }) => {
        if (!this.#trusted) refuseUntrusted(kubeconfig, options.stateDirectory);
      },
      open: (choice, signal) => this.#openSession(choice, signal),
      publish: (change) => this.#publish(change),
      onError: (error) => this.#errors.report(error),
    });
    this.#models = createModels({
      ...options,
      config: () => this.#config.current(),
      mode: () => (this.#sessions.current ? this.#state.snapshot.mode : this.#config.current().mode),
      publish: (change) => this.#publish(change),
      onSwitch: (event) => this.#policySwitched(event),
      onProblem: (error) => {
        this.#errors.report(error);
        this.#sessions.current?.warn(errorText(error));
      },
    });
    this.#trainings = new Trainings({
      program: this.#program,
      stateDirectory: options.stateDirectory,
      isTrusted: () => this.#trusted,
      publish: (change) => this.#publish(change),
      record: (event) => this.#trainingChanged(event),
    });
    this.#calibrations = new Calibrations({
      program: this.#program,
      stateDirectory: options.stateDirectory,
      connection: () => this.#sessions.choice,
      configPath: () => this.#config.path,
      publish: (change) => this.#publish(change),
      record: (event) => this.#sessions.current?.record(event),
      onProblem: (error) => this.#errors.report(error),
    });
    const { stateDirectory, version, log } = options;
    this.#rest = new RestLifetime(
      { agent: this, stateDirectory, version, log },
      () => this.#config.current().server.rest,
    );
  }

  /** What child processes of this program are started with. */
  get #program(): readonly [string, string] {
    return [process.execPath, join(this.#options.assetsDirectory, 'agent.cjs')];
  }

  get dashboardUrl(): string {
    return this.#openedStream().dashboardUrl;
  }

  /** Only a transport that ends in this user's editor may say that the workspace is not trusted. */
  setTrusted(trusted: boolean): void {
    this.#trusted = trusted;
    // The configuration of a workspace that is not trusted opens no port.
    if (trusted) this.#rest.open().catch((error: unknown) => this.#errors.report(toErrorInfo(error)));
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
      this.#errors.keep(toErrorInfo(error));
      throw error;
    }
  }

  /** What has to survive is done before the first await: the process may be about to end. */
  close(why: string): Promise<void> {
    this.#closing ??= this.#closeNow(why);
    return this.#closing;
  }

  async #closeNow(why: string): Promise<void> {
    const closing = this.#sessions.close(why);
    this.#withdrawEndpoint();
    this.#config.close();
    this.#models.close();
    this.#state.close();
    await Promise.all([
      closing,
      this.#trainings.close(),
      this.#calibrations.close(),
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
    this.#calibrations.open();
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
    const session = () => this.#sessions.connected;
    return {
      connect: async (params) => {
        await this.#sessions.connect(params);
        return { connection: this.#state.snapshot.connection };
      },
      disconnect: async () => {
        await this.#sessions.disconnect();
        return {};
      },
      contexts: ({ kubeconfig }) => kubeContexts(kubeconfig ?? this.#config.current().kubeconfig),
      snapshot: () => ({ snapshot: this.#state.snapshot }),
      stream: () => {
        const { url, dashboardUrl, token } = this.#openedStream();
        return { url, dashboardUrl, token };
      },
      history: ({ workloadId }) => ({ samples: this.#state.snapshot.samples[workloadId] ?? [] }),
      ...steeringHandlers(session, by),
      ...chaosHandlers(session, by),
      ...healHandlers(session, by),
      ...scalingHandlers(session, by),
      ...releaseHandlers(session, by),
      ...costHandlers(session),
      ...modelHandlers(this.#models, this.#trainings, by),
      ...calibrationHandlers(this.#calibrations),
      diagnose: () => ({ report: this.#diagnose() }),
    };
  }

  async #openSession({ kubeconfig, context }: ClusterChoice, signal: AbortSignal): Promise<Session> {
    const { learnedHeal, learnedScale, learnedCanary, problem } = this.#models;
    const session = await Session.open({
      version: this.#options.version,
      stateDirectory: this.#options.stateDirectory,
      kubeconfigPath: kubeconfig,
      contextName: context,
      signal,
      config: () => this.#config.current(),
      learnedHeal: () => this.#models.learnedHeal,
      learnedScale: () => this.#models.learnedScale,
      learnedCanary: () => this.#models.learnedCanary,
      editorSecret: this.#options.editorSecret ?? noEditorSecret,
      analysis: shippedAnalyses(this.#options.assetsDirectory),
      loadScale: (version) => this.#models.loadScale(version),
      calibration: (id) => this.#state.snapshot.calibrations.findLast(({ workloadId }) => workloadId === id),
      keeperProgram: [process.execPath, join(this.#options.assetsDirectory, 'keeper.cjs')],
      createHealService: this.#options.createHealService ?? withoutHealService,
      promote: async (model, by) => void (await this.#models.promote(model, by)),
      proposal: (id) => this.#state.snapshot.proposals.find((proposal) => proposal.id === id),
      library: openExperimentLibrary({
        shipped: shippedExperiments(this.#options.assetsDirectory),
        own: () => experimentsFolder(this.#config.path, this.#config.current().chaos.experiments),
      }),
      warnings: problem ? [errorText(problem)] : [],
      publish: (change) => this.#publish(change),
      onRow: (row) => this.#rowAppended(row),
      onError: (error) => this.#errors.report(error),
    });
    if (signal.aborted) await session.close('given up');
    signal.throwIfAborted();
    // It may have begun to steer with the policy of before.
    if (this.#models.learnedHeal !== learnedHeal) session.policySwitched('heal');
    if (this.#models.learnedScale !== learnedScale) session.policySwitched('scale');
    if (this.#models.learnedCanary !== learnedCanary) session.policySwitched('canary');
    this.#publishEndpoint();
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
      this.#errors.report(toErrorInfo(error));
    }
  }

  #diagnose(): string {
    return diagnose({
      snapshot: this.#state.snapshot,
      configPath: this.#config.path,
      stateDirectory: this.#options.stateDirectory,
      streamUrl: this.#openedStream().url,
      staleness: this.#sessions.current?.queries.staleness() ?? [],
    });
  }

  #configChanged(config: Config): void {
    const before = this.#appliedConfig;
    this.#appliedConfig = config;
    const isSame = JSON.stringify(before.server) === JSON.stringify(config.server);
    const text = isSame ? 'read again' : 'read again; `server` counts from the next start on';
    this.#sessions.current?.configChanged(this.#config.path ?? '', text);
    const { kind } = this.#state.snapshot.connection;
    if ((kind === 'connected' || kind === 'connecting') && needsReconnect(before, config)) {
      this.#sessions.reconnect().catch((error: unknown) => this.#errors.report(toErrorInfo(error)));
    }
  }

  #policySwitched(event: Switch): void {
    this.#sessions.current?.record({ kind: 'policy-switched', ...event });
    this.#sessions.current?.policySwitched(event.task);
  }

  #trainingChanged(event: JournalEvent): void {
    this.#sessions.current?.record(event);
    // What it has learned is in the store.
    if (event.kind === 'training-finished') void this.#models.list();
  }

  #rowAppended(row: JournalRow): void {
    this.#publish({ kind: 'activity', row });
    for (const listener of this.#rowListeners) listener(row);
  }

  /** What is the agent's outlives a session. */
  #publish(change: Change): void {
    const isReset = change.kind === 'reset';
    this.#state.publish(isReset ? withOwn(change, this.#state.snapshot) : change);
  }

  #openedStream(): Stream {
    if (this.#stream) return this.#stream;
    throw new CoxswainError('internal', 'The stream is not open yet.', 'Wait until the agent has started.');
  }
}

/** Of an agent that no editor has started. */
async function noEditorSecret(): Promise<null> {
  return null;
}

/** Errors, policies, trainings and calibrations are the agent's. */
function withOwn(change: Extract<Change, { kind: 'reset' }>, before: AgentSnapshot): Change {
  const { errors, models, defaultSteering, trainings, calibrations, calibrationJobs } = before;
  const own = { errors, models, defaultSteering, trainings, calibrations, calibrationJobs };
  return { ...change, snapshot: { ...change.snapshot, ...own } };
}
