import type { HookAnswer } from '../../../tasks/canary/hooks/postHook';
import type { KubeObject } from '../../objectStore';
import type { ReadableSeriesStore } from '../../prometheus/seriesStore';
import type { SeriesStore } from '../../seriesStore';
import { sameType } from '../../store/resourceTypes';
import type { Cluster, Controller } from '../controller';
import { conditions, keyOf, splitKey } from '../kinds';
import { WorkQueue } from '../workQueue';
import { eventCalls, type Steps } from './canaryHooks';
import { CanaryMetrics } from './canaryMetrics';
import { runCanary } from './canaryRun';
import { canaryStatus, type Phase } from './canarySpec';
import { type CanaryView, viewCanary } from './canaryView';
import { CANARIES } from './definitions';
import { HookLine } from './hookLine';
import { runQuery } from './metricQuery';
import { routeOf } from './routes/route';
import { revertApexService } from './services';
import { setInitializing, setPhase } from './statusWriter';
import { NotReady, requireCanaryReady, revertTarget } from './target';

/** Flagger's `-control-loop-interval`: how long a new Canary waits for its first round. */
const WINDOW_MS = 10_000;
/** By which a reversal that waits for pods is tried again. */
const RETRY_MS = 3000;
const FINALIZER = 'finalizer.flagger.app';

/** The rounds over one Canary. */
interface Job {
  uid: string;
  intervalMs: number;
  dueAtMs: number;
  /** The round under way, while it waits for a webhook. */
  round: Round | null;
}

interface Round {
  steps: Steps<void>;
  answer: HookAnswer | null;
  abort: AbortController;
}

/** Flagger: looks at every Canary by its interval, and moves its traffic, its target and its primary. */
export class CanaryController implements Controller {
  readonly name = 'flagger';
  readonly queue = new WorkQueue();
  readonly metrics: CanaryMetrics;
  readonly #cluster: Cluster;
  readonly #series: ReadableSeriesStore;
  readonly #jobs = new Map<string, Job>();
  readonly #hooks = new HookLine();

  constructor(cluster: Cluster, series: SeriesStore & ReadableSeriesStore) {
    this.#cluster = cluster;
    this.#series = series;
    this.metrics = new CanaryMetrics(series);
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, CANARIES)) this.queue.add(keyOf(object.metadata));
    });
  }

  reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const canary = this.#cluster.store.get(CANARIES, namespace, name);
    if (!canary || canary.metadata.uid !== (this.#jobs.get(key)?.uid ?? canary.metadata.uid)) {
      this.#forget(key);
    }
    if (!canary) return;
    const view = this.#viewOf(canary);
    if (!view) return;
    if (canary.metadata.deletionTimestamp !== undefined) this.#finalise(key, view);
    else this.#work(key, view);
  }

  /** Ends the calls that are under way. */
  close(): void {
    this.#hooks.close();
  }

  /** Undefined where it cannot be understood, which it then says. */
  #viewOf(canary: KubeObject): CanaryView | undefined {
    try {
      return viewCanary(this.#cluster, canary);
    } catch (error) {
      const message = `invalid canary spec: ${(error as Error).message}`;
      this.#cluster.events.record(canary, {
        type: 'Warning',
        reason: 'Synced',
        message,
        component: this.name,
      });
      return undefined;
    }
  }

  #work(key: string, view: CanaryView): void {
    const nowMs = this.#cluster.clock.nowMs();
    if (conditions(view.canary).length === 0) setInitializing(view);
    this.#keepFinalizer(view);
    const job = this.#jobOf(key, view, nowMs);
    if (job.round) {
      this.#goOn(key, job, view);
      if (job.round) return;
    }
    if (nowMs < job.dueAtMs) {
      this.queue.add(key, job.dueAtMs);
      return;
    }
    job.dueAtMs = nowMs + job.intervalMs;
    this.#begin(key, job);
    this.queue.add(key, job.dueAtMs);
  }

  #jobOf(key: string, { canary, spec }: CanaryView, nowMs: number): Job {
    const { interval: intervalMs } = spec.analysis;
    const known = this.#jobs.get(key);
    if (known && known.intervalMs === intervalMs) return known;
    const job: Job = {
      uid: canary.metadata.uid,
      intervalMs,
      dueAtMs: nowMs + WINDOW_MS,
      round: known?.round ?? null,
    };
    this.#jobs.set(key, job);
    return job;
  }

  #begin(key: string, job: Job): void {
    const { namespace, name } = splitKey(key);
    const canary = this.#cluster.store.get(CANARIES, namespace, name);
    const view = canary && this.#viewOf(canary);
    if (!view) return;
    const steps = runCanary({
      view,
      tell: (type, message, phase) => this.#tell(key, view, type, message, phase),
      recorded: this.metrics.of(key, view.names.target, view.namespace),
      query: (promql) => runQuery(this.#series, promql, this.#cluster.clock.nowMs()),
    });
    job.round = { steps, answer: null, abort: new AbortController() };
    this.#step(key, job, job.round, steps.next());
  }

  /** With the answer of a webhook, once it is there. */
  #goOn(key: string, job: Job, view: CanaryView): void {
    const { round } = job;
    if (!round?.answer) return;
    const { answer } = round;
    round.answer = null;
    if (view.canary.metadata.uid !== job.uid) job.round = null;
    else this.#step(key, job, round, round.steps.next(answer));
  }

  #step(key: string, job: Job, round: Round, result: ReturnType<Steps<void>['next']>): void {
    if (result.done) {
      job.round = null;
      return;
    }
    this.#hooks.call(result.value, round.abort.signal, (answer) => {
      round.answer = answer;
      this.queue.add(key);
    });
  }

  #tell(key: string, view: CanaryView, type: 'Normal' | 'Warning', message: string, phase?: Phase): void {
    const { store, events } = this.#cluster;
    const latest = store.get(CANARIES, view.namespace, view.name) ?? view.canary;
    events.record(latest, { type, reason: 'Synced', message, component: this.name });
    this.#hooks.tell(key, eventCalls(view, phase ?? canaryStatus(latest).phase, type, message));
  }

  #keepFinalizer({ canary, namespace, name, spec }: CanaryView): void {
    if (!spec.revertOnDeletion || canary.metadata.finalizers?.includes(FINALIZER)) return;
    this.#cluster.store.update(CANARIES, namespace, name, ({ metadata }) => {
      metadata.finalizers = [...(metadata.finalizers ?? []), FINALIZER];
    });
  }

  /** Gives the target back what the Canary took from it, before the Canary goes. */
  #finalise(key: string, view: CanaryView): void {
    const { canary, namespace, name, spec, title } = view;
    this.#endRound(key);
    if (!spec.revertOnDeletion || !canary.metadata.finalizers?.includes(FINALIZER)) return;
    if (view.status.phase !== 'Terminating') {
      setPhase(view, 'Terminating');
      this.#tell(key, view, 'Normal', `Terminating canary ${title}`);
    }
    try {
      revertTarget(view);
      requireCanaryReady(view);
      revertApexService(view);
      routeOf(view).finalize();
    } catch (error) {
      if (!(error instanceof NotReady)) this.#tell(key, view, 'Warning', (error as Error).message);
      this.queue.add(key, this.#cluster.clock.nowMs() + RETRY_MS);
      return;
    }
    this.#tell(key, view, 'Normal', `Terminated canary ${title}`);
    this.#cluster.store.update(CANARIES, namespace, name, ({ metadata }) => {
      metadata.finalizers = metadata.finalizers?.filter((finalizer) => finalizer !== FINALIZER) ?? [];
    });
  }

  #endRound(key: string): void {
    const job = this.#jobs.get(key);
    job?.round?.abort.abort();
    if (job) job.round = null;
  }

  #forget(key: string): void {
    this.#endRound(key);
    this.#jobs.delete(key);
    this.metrics.forget(key, this.#cluster.clock.nowMs());
  }
}
