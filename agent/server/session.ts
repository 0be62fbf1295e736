import { randomBytes, randomUUID } from 'node:crypto';
import { chaosMeshFault } from '../chaos/chaosMesh';
import { FaultTracker, faultId } from '../chaos/faultTracker';
import { type ClusterConnection, connectCluster } from '../cluster/connection';
import { loadKubeconfig, resolveContext } from '../cluster/kubeconfig';
import type { RunningFault, Workload } from '../cluster/snapshot';
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
  type Fault,
  isCoxswainError,
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
import { journalDirectory } from './stateDirectory';

export interface SessionOptions {
  version: string;
  stateDirectory: string;
  kubeconfigPath: string | undefined;
  contextName: string | undefined;
  config(): Config;
  publish(change: Change): void;
  onRow(row: JournalRow): void;
  onError(error: ErrorInfo): void;
}

/** How often what waits is looked through, cluster time. */
const TICK_MS = 1000;
/** How often a source of metrics is looked for while there is no Prometheus, wall time. */
const METRICS_RETRY_MS = 60_000;
/** Without what these watches say nothing may be done. */
const ESSENTIAL = ['deployments', 'replicasets', 'pods'];

/** One connected cluster with all that lives as long as the connection: journal, gate, loop. */
export class Session {
  readonly #options: SessionOptions;
  readonly #cluster: ClusterConnection;
  readonly #contextNamespace: string | null;
  readonly #journal: Journal;
  readonly #gate: ActionGate;
  readonly #loop: ControlLoop<HealFacts>;
  readonly #metrics: MetricsFeed;
  readonly #faults = new FaultTracker();
  #cancelTick: () => void = () => undefined;
  #metricsTimer: NodeJS.Timeout | undefined;

  /** Connects, settles what an earlier run left unfinished, and only then starts the loop. */
  static async open(options: SessionOptions): Promise<Session> {
    const { kubeconfigPath, contextName } = options;
    const { namespace } = resolveContext(loadKubeconfig({ path: kubeconfigPath }), contextName);
    // What the watches see before the session stands is in the first snapshot.
    const later: { session: Session | null } = { session: null };
    const cluster = await connectWatching(options, namespace, {
      onChange: (change) => later.session?.clusterChanged(change),
      onTrouble: () => later.session?.publishConnection(),
      onWarning: (text) => options.onError(warning(text)),
    });
    let journal: Journal | null = null;
    try {
      const directory = options.config().journal.directory;
      journal = openJournal({
        directory: directory ?? journalDirectory(options.stateDirectory, cluster.context),
        clock: cluster.clock,
      });
      const metrics = await MetricsFeed.open({ ...cluster, config: options.config });
      const session = new Session(options, cluster, namespace, journal, metrics);
      await session.#start();
      later.session = session;
      return session;
    } catch (error) {
      journal?.close();
      await cluster.close();
      throw error;
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
    this.#gate = new ActionGate(
      {
        clock: cluster.clock,
        journal,
        config: () => this.#config(),
        snapshot: () => cluster.snapshot(),
        dataState: (id) => this.#loop.dataState(id),
        watchAgeMs: () => this.#watchAgeMs(),
        permissions: () => cluster.permissions,
        writer: () => writer,
        faultWorkload: (fault) => this.#workloadOf(fault),
        newId: randomUUID,
        onProposal: (proposal) => {
          options.publish({ kind: 'proposal', proposal });
          this.#loop.proposalChanged(proposal);
        },
        onMode: (mode) => options.publish({ kind: 'mode', mode }),
        onControl: (control) => options.publish({ kind: 'control', control }),
      },
      options.config().mode,
    );
    this.#loop = new ControlLoop({
      clock: cluster.clock,
      monotonicMs: () => performance.now(),
      config: () => this.#config(),
      snapshot: () => cluster.snapshot(),
      watchAgeMs: () => this.#watchAgeMs(),
      metrics,
      task: createHealTask(() => this.#config(), Math.random),
      proposer: this.#gate,
      faultBehind: (id) => this.#faults.behind(id, cluster.clock.nowMs()),
      record: (event) => this.#journal.append(event),
      publish: (change) => options.publish(change),
    });
  }

  clusterChanged(change: ClusterChange): void {
    this.#followFaults();
    this.#loop.clusterChanged(change);
  }

  publishConnection(): void {
    const { context, server, serverVersion, capabilities, permissions } = this.#cluster;
    this.#options.publish({
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

  configChanged(path: string): void {
    this.#journal.append({ kind: 'config-changed', path, text: 'read again' });
    this.#loop.configChanged();
    this.#refreshMetrics();
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
    for (const error of failed) this.#options.onError(error);
    return { control, faultsEnded: ended };
  }

  approve(proposalId: string, by: string): Promise<Proposal> {
    return this.#gate.approve(proposalId, by);
  }

  reject(proposalId: string, by: string, why: string): Proposal {
    return this.#gate.reject(proposalId, by, why);
  }

  /** Creates the chaos object; what comes of it arrives through the watch. */
  async injectFault(params: ParsedParams<'injectFault'>, by: string): Promise<Fault> {
    const workload = this.#workload(params.workloadId);
    this.#needChaosMesh();
    const durationMs = (params.durationSeconds ?? this.#config().chaos.duration / 1000) * 1000;
    const name = `coxswain-${params.kind}-${randomBytes(4).toString('hex')}`;
    const { text, ...change } = chaosMeshFault({ kind: params.kind, workload, name, durationMs });
    const startedAtMs = this.#cluster.clock.nowMs();
    await this.#gate.runFault(params.workloadId, change, by);
    const id = faultId(change.write.resource);
    return (
      this.#faults.get(id) ?? {
        id,
        workloadId: params.workloadId,
        kind: params.kind,
        pods: [],
        startedAtMs,
        endedAtMs: null,
        state: 'starting',
        text,
      }
    );
  }

  async endFault(id: string, by: string): Promise<Fault> {
    const running = this.#cluster.snapshot().faults.find((fault) => faultId(fault.resource) === id);
    const fault = this.#faults.get(id);
    if (!running || !fault) {
      throw new CoxswainError('not-found', `There is no fault ${id}.`, 'Look at the faults that run now.');
    }
    await this.#gate.endFault(running.resource, by);
    return fault;
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

  /** The journal is closed before the first await: the process may be about to end. */
  async close(why: string): Promise<void> {
    this.#cancelTick();
    clearInterval(this.#metricsTimer);
    this.#loop.stop();
    this.#journal.append({ kind: 'agent-stopped', why });
    this.#journal.close();
    await this.#cluster.close();
  }

  async #start(): Promise<void> {
    const { context, server } = this.#cluster;
    this.#journal.append({ kind: 'agent-started', version: this.#options.version, pid: process.pid });
    this.#journal.append({ kind: 'connected', context, server });
    await this.#settle();
    this.#publishStart();
    this.#followFaults();
    this.#loop.start();
    this.#tick();
    this.#metricsTimer = setInterval(() => this.#refreshMetrics(), METRICS_RETRY_MS);
  }

  /** Until what an earlier run left open is settled the gate lets nothing through, so a failure here is safe. */
  async #settle(): Promise<void> {
    try {
      await this.#gate.settle();
    } catch (error) {
      this.#options.onError(toErrorInfo(error));
    }
  }

  #publishStart(): void {
    const { rate } = this.#cluster.clock;
    const wallOriginMs = Date.now();
    const snapshot = emptySnapshot(this.#options.version, process.pid);
    this.#options.publish({
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
      (error: unknown) => this.#options.onError(toErrorInfo(error)),
    );
  }

  #tick(): void {
    this.#cancelTick = this.#cluster.clock.schedule(TICK_MS, () => {
      this.#gate.tick().then(
        () => this.#settle(),
        (error: unknown) => this.#options.onError(toErrorInfo(error)),
      );
      this.#tick();
    });
  }

  #followFaults(): void {
    const changed = this.#faults.update(this.#cluster.snapshot(), this.#cluster.clock.nowMs());
    for (const fault of changed) {
      this.#options.publish({ kind: 'fault', fault });
      const { workloadId, id, kind, text } = fault;
      if (fault.state === 'running' || (fault.kind === 'pod-kill' && fault.state === 'ended')) {
        this.#journal.append({ kind: 'fault-started', workloadId, faultId: id, faultKind: kind, text });
      }
      if (fault.state === 'ended')
        this.#journal.append({ kind: 'fault-ended', workloadId, faultId: id, text });
    }
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

  #workloadOf(fault: RunningFault): string {
    return this.#faults.get(faultId(fault.resource))?.workloadId ?? faultId(fault.resource);
  }

  #needChaosMesh(): void {
    if (this.#cluster.capabilities.some(({ key, present }) => key === 'chaos-mesh' && present)) return;
    throw new CoxswainError(
      'capability-missing',
      `Chaos Mesh is not installed in ${this.#cluster.context}.`,
      'Install Chaos Mesh there, or try faults on the embedded cluster.',
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

  #watchAgeMs(): number {
    const ages = this.#cluster.ages().filter(({ resource }) => ESSENTIAL.includes(resource));
    return Math.max(0, ...ages.map(({ ageMs }) => ageMs ?? Number.POSITIVE_INFINITY));
  }
}

/** Watches the listed namespaces, else all; who may not see all gets the namespace of the context. */
async function connectWatching(
  options: SessionOptions,
  contextNamespace: string | null,
  listener: Pick<Parameters<typeof connectCluster>[0], 'onChange' | 'onTrouble' | 'onWarning'>,
): Promise<ClusterConnection> {
  const { kubeconfigPath, contextName: context } = options;
  const { namespaces } = options.config();
  const connect = (watched: readonly string[]) =>
    connectCluster({ kubeconfigPath, context, namespaces: watched, ...listener });
  try {
    return await connect(namespaces);
  } catch (error) {
    const denied = isCoxswainError(error) && error.code === 'permission-denied';
    if (!denied || namespaces.length > 0 || contextNamespace === null) throw error;
    listener.onWarning(`Only namespace ${contextNamespace} may be watched: ${error.message}`);
    return connect([contextNamespace]);
  }
}

function warning(message: string): ErrorInfo {
  return {
    code: 'permission-denied',
    message,
    remedy: 'The rest goes on. Grant the permission to have it all.',
  };
}
