import { randomUUID } from 'node:crypto';
import { FaultTracker, faultId } from '../chaos/faultTracker';
import { type ClusterConnection, connectCluster } from '../cluster/connection';
import { loadKubeconfig, resolveContext } from '../cluster/kubeconfig';
import type { Workload } from '../cluster/snapshot';
import type { ClusterChange } from '../cluster/snapshotStore';
import type { Config } from '../config/schema';
import { type Journal, openJournal } from '../journal/journal';
import { ControlLoop } from '../loop/controlLoop';
import { MetricsFeed } from '../metrics/metricsFeed';
import {
  type Change,
  type Control,
  CoxswainError,
  type ErrorInfo,
  emptySnapshot,
  errorText,
  type Fault,
  isCoxswainError,
  type JournalEvent,
  type JournalRow,
  type Mode,
  type ParsedParams,
  type Proposal,
  type Result,
  toErrorInfo,
} from '../protocol';
import { ActionGate } from '../safety/gate';
import { ClusterWriter } from '../safety/writer';
import type { HealFacts } from '../tasks/heal/facts';
import { createHealTask } from '../tasks/heal/heal';
import type { LearnedHeal } from '../tasks/heal/policies/learned';
import { SessionFaults } from './sessionFaults';
import { journalDirectory } from './stateDirectory';

export interface SessionOptions {
  version: string;
  stateDirectory: string;
  kubeconfigPath: string | undefined;
  contextName: string | undefined;
  config(): Config;
  /** The learned policy that steers in place of the config's rule, or null. */
  learnedHeal(): LearnedHeal | null;
  /** What is to be known from the start on. */
  warnings: readonly string[];
  /** Aborting it gives up what `open` has begun. A session that is open is ended by `close`. */
  signal: AbortSignal;
  publish(change: Change): void;
  onRow(row: JournalRow): void;
  onError(error: ErrorInfo): void;
}

/** How often what waits is looked through, cluster time. */
const TICK_MS = 1000;
/** How often a source of metrics is looked for while there is no Prometheus, wall time. */
const METRICS_RETRY_MS = 60_000;
/** One connected cluster with all that lives as long as the connection: journal, gate, loop. */
export class Session {
  readonly #options: SessionOptions;
  readonly #cluster: ClusterConnection;
  readonly #contextNamespace: string | null;
  readonly #journal: Journal;
  readonly #gate: ActionGate;
  readonly #loop: ControlLoop<HealFacts>;
  readonly #metrics: MetricsFeed;
  readonly #faults: SessionFaults;
  #metricsTrouble: string | null = null;
  #isClosed = false;
  #cancelTick: () => void = () => undefined;
  #metricsTimer: NodeJS.Timeout | undefined;

  /** Connects, settles what an earlier run left unfinished, and only then starts the loop. */
  static async open(options: SessionOptions): Promise<Session> {
    const { kubeconfigPath, contextName, signal } = options;
    const { namespace } = resolveContext(loadKubeconfig({ path: kubeconfigPath }), contextName);
    // What the watches see before the session stands is in the first snapshot.
    const later: { session: Session | null; warnings: string[] } = { session: null, warnings: [] };
    const cluster = await connectWatching(options, namespace, {
      onChange: (change) => later.session?.clusterChanged(change),
      onTrouble: () => later.session?.publishConnection(),
      onWarning: (text) => {
        if (later.session) later.session.warn(text);
        else later.warnings.push(text);
      },
    });
    const giveUp = () => void cluster.close();
    signal.addEventListener('abort', giveUp);
    let journal: Journal | null = null;
    let session: Session | null = null;
    try {
      signal.throwIfAborted();
      const directory = options.config().journal.directory;
      journal = openJournal({
        directory: directory ?? journalDirectory(options.stateDirectory, cluster.context),
        clock: cluster.clock,
      });
      const metrics = await MetricsFeed.open({ ...cluster, config: options.config }, signal);
      session = new Session(options, cluster, namespace, journal, metrics);
      await session.#start([...options.warnings, ...later.warnings]);
      signal.throwIfAborted();
      later.session = session;
      return session;
    } catch (error) {
      if (session) await session.close('it could not start');
      else journal?.close();
      await cluster.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  private constructor(
    options: SessionOptions,
    cluster: ClusterConnection,
    contextNamespace: string | null,
    journal: Journal,
    metrics: MetricsFeed,
  ) {
    this.#options = options;
    this.#cluster = cluster;
    this.#contextNamespace = contextNamespace;
    this.#journal = journal;
    this.#metrics = metrics;
    journal.onAppend((row) => options.onRow(row));
    const writer = new ClusterWriter(cluster.api);
    const tracker = new FaultTracker();
    this.#gate = new ActionGate(
      {
        clock: cluster.clock,
        journal,
        config: () => this.#config(),
        snapshot: () => cluster.snapshot(),
        dataState: (id) => this.#loop.dataState(id),
        watchAgeMs: (inNamespace) => cluster.ageMs(inNamespace),
        permissions: () => cluster.permissions,
        writer: () => writer,
        faultWorkload: ({ resource }) => tracker.get(faultId(resource))?.workloadId ?? faultId(resource),
        newId: randomUUID,
        onProposal: (proposal) => {
          this.#publish({ kind: 'proposal', proposal });
          this.#loop.proposalChanged(proposal);
        },
        onMode: (mode) => this.#publish({ kind: 'mode', mode }),
        onControl: (control) => this.#publish({ kind: 'control', control }),
      },
      options.config().mode,
    );
    this.#faults = new SessionFaults(tracker, {
      cluster,
      journal,
      gate: this.#gate,
      defaultDurationMs: () => this.#config().chaos.duration,
      publish: (fault) => this.#publish({ kind: 'fault', fault }),
      warn: (text) => this.warn(text),
    });
    this.#loop = new ControlLoop({
      clock: cluster.clock,
      monotonicMs: () => performance.now(),
      config: () => this.#config(),
      snapshot: () => cluster.snapshot(),
      watchAgeMs: (inNamespace) => cluster.ageMs(inNamespace) ?? Number.POSITIVE_INFINITY,
      metrics,
      task: createHealTask(() => this.#config(), Math.random, options.learnedHeal),
      proposer: this.#gate,
      faultBehind: (id) => tracker.behind(id, cluster.clock.nowMs()),
      record: (event) => this.#journal.append(event),
      publish: (change) => this.#publish(change),
      onError: (error) => this.#onError(error),
    });
  }

  clusterChanged(change: ClusterChange): void {
    this.#faults.follow();
    this.#loop.clusterChanged(change);
  }

  publishConnection(): void {
    const { context, server, serverVersion, capabilities, permissions } = this.#cluster;
    this.#publish({
      kind: 'connection',
      connection: {
        kind: 'connected',
        context,
        server,
        serverVersion,
        capabilities: [...capabilities],
        permissions: [...permissions],
        metrics: this.#metrics.source,
        trouble: this.#cluster.trouble(),
      },
    });
  }

  /** Something is left out, or odd, and the rest goes on. */
  warn(text: string): void {
    this.record({ kind: 'warning', workloadId: null, text });
  }

  /** Something happened that is worth remembering, and goes on where the journal cannot be written. */
  record(event: JournalEvent): void {
    try {
      this.#journal.append(event);
    } catch (error) {
      this.#onError(toErrorInfo(error));
    }
  }

  configChanged(path: string, text: string): void {
    this.#journal.append({ kind: 'config-changed', path, text });
    this.#loop.configChanged();
    this.#refreshMetrics();
  }

  /** Every workload gets the policy that steers now; incidents and what waits for a person go on. */
  policySwitched(): void {
    this.#loop.configChanged();
  }

  setMode(mode: Mode, by: string, confirmed: boolean): Mode {
    this.#gate.setMode(mode, by, confirmed);
    return this.#gate.mode;
  }

  pause(by: string): Control {
    return this.#gate.pause(by);
  }

  resume(clearStop: boolean): Control {
    return this.#gate.resume(clearStop);
  }

  async emergencyStop(by: string): Promise<Result<'emergencyStop'>> {
    const { control, ended, failed } = await this.#gate.emergencyStop(by);
    for (const error of failed) this.#onError(error);
    return { control, faultsEnded: ended, failed: [...failed] };
  }

  approve(proposalId: string, by: string): Promise<Proposal> {
    return this.#gate.approve(proposalId, by);
  }

  reject(proposalId: string, by: string, why: string): Proposal {
    return this.#gate.reject(proposalId, by, why);
  }

  async injectFault(params: ParsedParams<'injectFault'>, by: string): Promise<Fault> {
    return this.#faults.inject(this.#workload(params.workloadId), params, by);
  }

  endFault(id: string, by: string): Promise<Fault> {
    return this.#faults.end(id, by);
  }

  activity(params: ParsedParams<'activity'>): JournalRow[] {
    return [...this.#journal.query(params)];
  }

  async logs(params: ParsedParams<'logs'>): Promise<Result<'logs'>['lines']> {
    const { ref, pods } = this.#workload(params.workloadId);
    const wanted = pods.filter((pod) => params.pod === undefined || pod.name === params.pod);
    const perPod = await Promise.all(
      wanted.map(async ({ name }) => {
        const lines = await this.#podLines({ namespace: ref.namespace, name }, params.tailLines);
        return lines.map((text) => ({ pod: name, text }));
      }),
    );
    return perPod.flat();
  }

  staleness() {
    return this.#cluster.ages();
  }

  /**
   * The journal is closed before the first await: the process may be about to end. A write that is on its way stays
   * without a result, and is settled at the next start.
   */
  async close(why: string): Promise<void> {
    this.#isClosed = true;
    this.#cancelTick();
    clearInterval(this.#metricsTimer);
    this.#loop.stop();
    try {
      this.#journal.append({ kind: 'agent-stopped', why });
    } finally {
      this.#journal.close();
      await this.#cluster.close();
    }
  }

  async #start(warnings: readonly string[]): Promise<void> {
    const { context, server } = this.#cluster;
    this.#journal.append({ kind: 'agent-started', version: this.#options.version, pid: process.pid });
    this.#journal.append({ kind: 'connected', context, server });
    for (const text of warnings) this.warn(text);
    this.#tellMissingPrometheus();
    await this.#settle();
    this.#publishStart();
    this.#faults.start();
    this.#loop.start();
    this.#tick();
    this.#metricsTimer = setInterval(() => this.#refreshMetrics(), METRICS_RETRY_MS);
  }

  /** Until what an earlier run left open is settled the gate lets nothing through, so a failure here is safe. */
  async #settle(): Promise<void> {
    try {
      await this.#gate.settle();
    } catch (error) {
      this.#onError(toErrorInfo(error));
    }
  }

  #publishStart(): void {
    const { rate } = this.#cluster.clock;
    const wallOriginMs = Date.now();
    const snapshot = emptySnapshot(this.#options.version, process.pid);
    this.#publish({
      kind: 'reset',
      snapshot: {
        ...snapshot,
        clock: { originMs: this.#cluster.clock.nowMs(), wallOriginMs, rate },
        mode: this.#gate.mode,
        control: this.#gate.control,
        activity: this.#journal.query({ limit: 200 }).toReversed(),
      },
    });
    this.publishConnection();
  }

  #refreshMetrics(): void {
    this.#metrics.refresh().then(
      (changed) => changed && this.publishConnection(),
      (error: unknown) => this.#onError(toErrorInfo(error)),
    );
  }

  #tick(): void {
    this.#cancelTick = this.#cluster.clock.schedule(TICK_MS, () => {
      this.#gate.tick().then(
        () => this.#settle(),
        (error: unknown) => this.#onError(toErrorInfo(error)),
      );
      this.#tellMetricsTrouble();
      this.#faults.tidy();
      this.#tick();
    });
  }

  /** It is no failure: with metrics-server some can still be seen, and without it at least the pods. */
  #tellMissingPrometheus(): void {
    const { source } = this.#metrics;
    if (source.kind === 'prometheus') return;
    const error: ErrorInfo = {
      code: 'prometheus-missing',
      message: `No Prometheus for ${this.#cluster.context}: ${source.kind === 'none' ? source.reason : source.note}.`,
      remedy:
        'Set metrics.prometheusUrl in coxswain.yaml. What has no data is shown as such, and not acted on.',
    };
    this.#onError(error);
    this.warn(errorText(error));
  }

  #tellMetricsTrouble(): void {
    const { trouble } = this.#metrics;
    if (trouble && trouble.message !== this.#metricsTrouble) this.#onError(trouble);
    this.#metricsTrouble = trouble?.message ?? null;
  }

  /** Nothing of a session that is closed may get into the state of the next. */
  #publish(change: Change): void {
    if (!this.#isClosed) this.#options.publish(change);
  }

  #onError(error: ErrorInfo): void {
    if (!this.#isClosed) this.#options.onError(error);
  }

  /** The config, with the context's namespace where none is listed. */
  #config(): Config {
    const config = this.#options.config();
    if (config.namespaces.length > 0 || this.#contextNamespace === null) return config;
    return { ...config, namespaces: [this.#contextNamespace] };
  }

  #workload(id: string): Workload {
    const workload = this.#cluster.snapshot().workloads.get(id);
    if (workload) return workload;
    throw new CoxswainError(
      'not-found',
      `There is no workload ${id}.`,
      'Look at the workloads in `coxswain status`.',
    );
  }

  async #podLines(pod: { namespace: string; name: string }, tailLines: number): Promise<readonly string[]> {
    try {
      return await this.#cluster.podLogs(pod, tailLines);
    } catch (error) {
      // A pod that is gone or has not started must not hide the logs of the others.
      return [`(no logs: ${toErrorInfo(error).message})`];
    }
  }
}

/** Watches the listed namespaces, else all; who may not see all gets the namespace of the context. */
async function connectWatching(
  options: SessionOptions,
  contextNamespace: string | null,
  listener: Pick<Parameters<typeof connectCluster>[0], 'onChange' | 'onTrouble' | 'onWarning'>,
): Promise<ClusterConnection> {
  const { kubeconfigPath, contextName: context, signal } = options;
  const { namespaces } = options.config();
  const connect = (watched: readonly string[]) =>
    connectCluster({ kubeconfigPath, context, namespaces: watched, signal, ...listener });
  try {
    return await connect(namespaces);
  } catch (error) {
    const denied = isCoxswainError(error) && error.code === 'permission-denied';
    if (!denied || namespaces.length > 0 || contextNamespace === null) throw error;
    listener.onWarning(`Only namespace ${contextNamespace} may be watched: ${error.message}`);
    return connect([contextNamespace]);
  }
}
