import { FaultTracker } from '../chaos/faultTracker';
import type { ClusterConnection } from '../cluster/connection';
import { loadKubeconfig, resolveContext } from '../cluster/kubeconfig';
import type { Workload } from '../cluster/snapshot';
import type { ClusterChange } from '../cluster/snapshotStore';
import { workloadById } from '../cluster/workloadById';
import type { Config } from '../config/schema';
import type { Journal } from '../journal/journal';
import { openJournalPatiently } from '../journal/openPatiently';
import type { ControlLoop } from '../loop/controlLoop';
import { MetricsFeed } from '../metrics/metricsFeed';
import {
  type AgentSnapshot,
  type Change,
  type ErrorInfo,
  emptySnapshot,
  errorText,
  type JournalEvent,
  KEPT_ROWS,
  type Mode,
  type Proposal,
  type Result,
  type TaskName,
  toErrorInfo,
} from '../protocol';
import type { ActionGate } from '../safety/gate';
import { handedBackForDead } from '../safety/handover/afterDeath';
import type { Keeper } from '../safety/keeper/keeper';
import type { HealFacts } from '../tasks/heal/facts';
import { notedBreaker } from '../tasks/scale/live/keptBreaker';
import { connectWatching } from './connectWatching';
import { createChaos } from './createChaos';
import { createGate } from './createGate';
import { createKeeper, journalOf } from './createKeeper';
import { createLoop } from './createLoop';
import { createReleases } from './createReleases';
import { createScaling } from './createScaling';
import type { HealService } from './healService';
import type { ReleaseService } from './releaseService';
import type { ScalingService } from './scalingService';
import type { SessionChaos } from './sessionChaos';
import { SessionFaults } from './sessionFaults';
import { SessionMetrics } from './sessionMetrics';
import type { SessionOptions } from './sessionOptions';
import { SessionQueries } from './sessionQueries';
import { connectionOf, mappingOf } from './sessionState';

/** How often what waits is looked through, cluster time. */
const TICK_MS = 1000;

/** One connected cluster with all that lives as long as the connection: journal, gate, loop, chaos. */
export class Session {
  readonly gate: ActionGate;
  readonly faults: SessionFaults;
  readonly chaos: SessionChaos;
  readonly heal: HealService;
  readonly scaling: ScalingService;
  readonly releases: ReleaseService;
  readonly queries: SessionQueries;
  readonly #options: SessionOptions;
  readonly #cluster: ClusterConnection;
  readonly #contextNamespaces: readonly string[];
  readonly #journal: Journal;
  readonly #keeper: Keeper;
  readonly #loop: ControlLoop<HealFacts>;
  readonly #feed: MetricsFeed;
  readonly #metrics: SessionMetrics;
  /** Ids of the workloads that have an open incident. */
  readonly #incidents = new Set<string>();
  #isClosed = false;
  #cancelTick: () => void = () => undefined;

  /** Connects, settles what an earlier run left unfinished, and only then starts the loop. */
  static async open(options: SessionOptions): Promise<Session> {
    const { kubeconfigPath, contextName, signal } = options;
    const { namespaces } = resolveContext(loadKubeconfig({ path: kubeconfigPath }), contextName);
    // What the watches see before the session stands is in the first snapshot.
    const later: { session: Session | null; warnings: string[] } = { session: null, warnings: [] };
    const cluster = await connectWatching(options, namespaces, {
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
      const directory = journalOf(options, cluster);
      journal = await openJournalPatiently({ directory, clock: cluster.clock }, signal);
      const metrics = await MetricsFeed.open({ ...cluster, config: options.config }, signal);
      session = new Session(options, cluster, namespaces, journal, metrics);
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
    contextNamespaces: readonly string[],
    journal: Journal,
    feed: MetricsFeed,
  ) {
    this.#options = options;
    this.#cluster = cluster;
    this.#contextNamespaces = contextNamespaces;
    this.#journal = journal;
    this.#feed = feed;
    journal.onAppend((row) => options.onRow(row));
    this.#metrics = new SessionMetrics({
      feed,
      context: cluster.context,
      changed: () => this.publishConnection(),
      warn: (text) => this.warn(text),
      onError: (error) => this.#onError(error),
    });
    const tracker = new FaultTracker();
    const config = () => this.#config();
    this.queries = new SessionQueries({ cluster, journal, feed, config });
    const publish = (change: Change) => this.#publish(change);
    const onError = (error: ErrorInfo) => this.#onError(error);
    const { agentId, keeper } = createKeeper(options, cluster, (text) => this.warn(text));
    this.#keeper = keeper;
    this.gate = createGate({
      ...{ agentId, keeper, cluster, journal, tracker, config },
      startMode: options.config().mode,
      dataState: (id) => this.#loop.dataState(id),
      hasIncident: (id) => this.#incidents.has(id),
      releaseReturns: () => this.releases.returns(),
      hasSay: (id) => this.releases.hasSay(id),
      proposalChanged: (proposal) => this.#proposalChanged(proposal),
      publish,
      onError,
      warn: (text) => this.warn(text),
    });
    this.faults = new SessionFaults(tracker, {
      cluster,
      journal,
      gate: this.gate,
      isRunning: (runId) => this.chaos.isRunning(runId),
      publish: (fault) => this.#publish({ kind: 'fault', fault }),
      warn: (text) => this.warn(text),
    });
    this.chaos = createChaos({
      cluster,
      gate: this.gate,
      faults: this.faults,
      feed,
      library: options.library,
      stateDirectory: options.stateDirectory,
      config,
      workload: (id) => this.#workload(id),
      record: (event) => this.record(event),
      publish,
      onError,
    });
    const { loadScale } = options;
    this.heal = options.createHealService({
      clock: cluster.clock,
      stateDirectory: options.stateDirectory,
      context: cluster.context,
      config,
      journal,
      workload: (id) => cluster.snapshot().workloads.get(id),
      proposal: (id) => options.proposal(id),
      learnedHeal: options.learnedHeal,
      learnedScale: options.learnedScale,
      learnedCanary: options.learnedCanary,
      loadScale,
      record: (event) => this.record(event),
      mode: () => this.gate.mode,
      promote: options.promote,
    });
    this.#loop = createLoop({
      ...{ cluster, tracker, config, publish, onError },
      metrics: feed,
      proposer: this.gate,
      replicasLeft: (id) => this.gate.replicasLeft(id),
      learnedHeal: options.learnedHeal,
      witness: this.heal.witness,
      record: (event) => this.#journal.append(event),
    });
    this.scaling = createScaling({
      ...{ cluster, feed, tracker, gate: this.gate, agentId, config, publish, onError },
      hasIncident: (id) => this.#incidents.has(id),
      learned: options.learnedScale,
      loadPolicy: loadScale,
      calibration: options.calibration,
      handedBackForDead: (id) => handedBackForDead(journal, id),
      notedBreaker: (workload) => notedBreaker(journal, workload),
      witness: this.heal.scaleWitness,
      record: (event) => this.#journal.append(event),
    });
    this.releases = createReleases({
      ...{ cluster, feed, tracker, gate: this.gate, config, publish, onError },
      hasIncident: (id) => this.#incidents.has(id),
      learned: options.learnedCanary,
      editorSecret: options.editorSecret,
      analysis: options.analysis,
      past: (workloadId) => journal.query({ workloadId, kinds: ['release'], limit: 200 }),
      record: (event) => this.record(event),
    });
  }

  clusterChanged(change: ClusterChange): void {
    this.faults.follow();
    this.#loop.clusterChanged(change);
    this.scaling.clusterChanged(change);
    this.releases.clusterChanged(change);
  }

  publishConnection(): void {
    const connection = connectionOf(this.#cluster, this.#feed.source);
    this.#publish({ kind: 'connection', connection });
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
    this.chaos.configChanged();
    this.scaling.configChanged();
    this.releases.configChanged();
    this.#metrics.refresh();
  }

  /** Every workload gets the policy that steers now; incidents and what waits for a person go on. */
  policySwitched(task: TaskName): void {
    if (task === 'scale') this.scaling.policySwitched();
    else if (task === 'canary') this.releases.policySwitched();
    else this.#loop.configChanged();
  }

  /** Mode observe never writes, so that what only Coxswain can end is ended before. */
  setMode(mode: Mode, by: string, confirmed: boolean): Mode {
    if (mode === 'observe' && this.gate.mode !== 'observe') {
      void this.#endFaults();
      this.chaos.stopAll(`mode observe, by ${by}`);
    }
    this.gate.setMode(mode, by, confirmed);
    return this.gate.mode;
  }

  async emergencyStop(by: string): Promise<Result<'emergencyStop'>> {
    const stopping = this.gate.emergencyStop(by);
    this.chaos.stopAll(`emergency stop by ${by}`);
    const { control, ended, failed } = await stopping;
    for (const error of failed) this.#onError(error);
    return { control, faultsEnded: ended, failed: [...failed] };
  }

  /**
   * The journal is closed before the first await: the process may be about to end. A write that is on its way stays
   * without a result, and is settled at the next start.
   */
  async close(why: string): Promise<void> {
    this.#cancelTick();
    this.#metrics.close();
    this.#loop.stop();
    const handingBack = this.scaling.close(why);
    const closing = this.releases.close(why);
    // A disk that is full keeps nothing of what follows from happening.
    for (const close of [() => this.heal.close(), () => this.chaos.close(why)]) {
      try {
        close();
      } catch (error) {
        this.#onError(toErrorInfo(error));
      }
    }
    const ending = this.gate.mode === 'observe' ? null : this.#endFaults();
    this.#isClosed = true;
    try {
      this.#journal.append({ kind: 'agent-stopped', why });
    } finally {
      this.#journal.close();
      await Promise.all([ending, handingBack, closing]);
      await this.#keeper.close();
      await this.#cluster.close();
    }
  }

  async #start(warnings: readonly string[]): Promise<void> {
    const { context, server } = this.#cluster;
    this.#journal.append({ kind: 'agent-started', version: this.#options.version, pid: process.pid });
    this.#journal.append({ kind: 'connected', context, server });
    for (const text of warnings) this.warn(text);
    this.#metrics.tellMissing();
    await this.#settle();
    this.#publishStart();
    this.faults.start();
    this.#startChaos();
    this.#loop.start();
    this.scaling.start();
    this.releases.start();
    this.#tick();
    this.#metrics.start();
  }

  /** Steering goes on where experiments cannot be read. */
  #startChaos(): void {
    try {
      this.chaos.start();
    } catch (error) {
      this.#onError(toErrorInfo(error));
      this.warn(errorText(toErrorInfo(error)));
    }
  }

  /** Until what an earlier run left open is settled the gate lets nothing through, so a failure here is safe. */
  async #settle(): Promise<void> {
    try {
      await this.gate.settle();
    } catch (error) {
      this.#onError(toErrorInfo(error));
    }
  }

  /** Those that nobody but Coxswain ends: native ones, and those of runs. On their way when this returns. */
  async #endFaults(): Promise<void> {
    const ending = this.gate.endFaultsNow(({ provider, runId }) => provider === 'native' || runId !== null);
    const { failed } = await ending;
    // Also of a session that is closed by now: nobody else tells of a fault that goes on.
    for (const error of failed) this.#options.onError(error);
  }

  #publishStart(): void {
    const snapshot: AgentSnapshot = {
      ...emptySnapshot(this.#options.version, process.pid),
      clock: mappingOf(this.#cluster.clock),
      mode: this.gate.mode,
      control: this.gate.control,
      activity: this.#journal.query({ limit: KEPT_ROWS }).toReversed(),
    };
    this.#publish({ kind: 'reset', snapshot });
    this.publishConnection();
  }

  #tick(): void {
    this.#cancelTick = this.#cluster.clock.schedule(TICK_MS, () => {
      this.gate.tick().then(
        () => this.#settle(),
        (error: unknown) => this.#onError(toErrorInfo(error)),
      );
      this.#metrics.tellTrouble();
      this.faults.tidy();
      this.#tick();
    });
  }

  /** Each task hears of its own. */
  #proposalChanged(proposal: Proposal): void {
    if (proposal.task === 'scale') this.scaling.proposalChanged(proposal);
    else if (proposal.action.kind === 'release') this.releases.proposalChanged(proposal);
    else this.#loop.proposalChanged(proposal);
  }

  /** Nothing of a session that is closed may get into the state of the next. */
  #publish(change: Change): void {
    if (this.#isClosed) return;
    if (change.kind !== 'workload') this.#options.publish(change);
    else {
      this.#noteIncident(change.workload.id, change.workload.incident !== null);
      this.#options.publish({ ...change, workload: this.scaling.shown(change.workload) });
    }
  }

  #noteIncident(id: string, isOpen: boolean): void {
    if (isOpen) this.#incidents.add(id);
    else this.#incidents.delete(id);
  }

  #onError(error: ErrorInfo): void {
    if (!this.#isClosed) this.#options.onError(error);
  }

  /** The config, with the context's namespaces where none is listed. */
  #config(): Config {
    const config = this.#options.config();
    if (config.namespaces.length > 0) return config;
    return { ...config, namespaces: [...this.#contextNamespaces] };
  }

  #workload(id: string): Workload {
    return workloadById(this.#cluster.snapshot(), id);
  }
}
