import type { KubeObject } from '../../objectStore';
import { sameType } from '../../store/resourceTypes';
import { rfc3339 } from '../../store/timestamp';
import { STUCK_ANNOTATION } from '../chaos/chaosController';
import type { Injector } from '../chaos/injector';
import type { Cluster, Controller } from '../controller';
import { keyOf, splitKey } from '../kinds';
import { WorkQueue } from '../workQueue';
import { CHAOS_ENGINES, CHAOS_EXPERIMENTS } from './definitions';
import { type EngineSpec, type ExperimentStatus, engineSpec, engineStatus, Tunables } from './engineSpec';
import { ExperimentRun } from './experimentRun';
import { writeResult } from './results';

const FINALIZER = 'chaosengine.litmuschaos.io/finalizer';
const RETRY_MS = 5000;

/** What an engine is doing: its experiments, one after the other. */
interface EngineRun {
  engineUid: string;
  statuses: ExperimentStatus[];
  current: ExperimentRun | null;
  /** The next of `spec.experiments`. */
  next: number;
}

/**
 * The operator and the runner of LitmusChaos: same states, events and results. The pods of runner and experiments do
 * not exist; their names stand in the status only.
 */
export class ChaosEngineController implements Controller {
  readonly name = 'chaos-operator';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;
  readonly #injector: Injector;
  readonly #runs = new Map<string, EngineRun>();

  constructor(cluster: Cluster, injector: Injector) {
    this.#cluster = cluster;
    this.#injector = injector;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, CHAOS_ENGINES)) this.queue.add(keyOf(object.metadata));
    });
  }

  reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const engine = this.#cluster.store.get(CHAOS_ENGINES, namespace, name);
    const run = this.#runs.get(key);
    if (!engine || (run && run.engineUid !== engine.metadata.uid)) {
      run?.current?.abort();
      this.#runs.delete(key);
      if (!engine) return;
    }
    const { engineState } = engineSpec(engine);
    const { engineStatus: status } = engineStatus(engine);
    if (engine.metadata.deletionTimestamp !== undefined) this.#stop(key, engine);
    else if (engineState === 'active') this.#beActive(key, engine, status);
    else if (status === 'initialized') this.#stop(key, engine);
  }

  #beActive(key: string, engine: KubeObject, status: string): void {
    if (status === 'stopped') {
      this.#record(engine, 'Normal', 'RestartInProgress', 'ChaosEngine is restarted');
    }
    if (status !== 'initialized') {
      this.#initialize(engine);
      return;
    }
    const spec = engineSpec(engine);
    const run = this.#runs.get(key) ?? this.#start(key, engine, spec);
    if (run) this.#progress(key, engine, spec, run);
  }

  #initialize(engine: KubeObject): void {
    const { namespace, name } = engine.metadata;
    this.#cluster.store.update(CHAOS_ENGINES, namespace, name, (draft) => {
      draft.metadata.finalizers = [...new Set([...(draft.metadata.finalizers ?? []), FINALIZER])];
      draft.spec = { ...draft.spec, engineState: 'active' };
      draft.status = { engineStatus: 'initialized', experiments: null };
    });
    const what = `Identifying app under test & launching ${name}-runner`;
    this.#record(engine, 'Normal', 'ChaosEngineInitialized', what);
  }

  /** The operator needs the first experiment to make the runner's pod from. */
  #start(key: string, engine: KubeObject, spec: EngineSpec): EngineRun | null {
    const [first] = spec.experiments;
    if (!first || !this.#experiment(engine, first.name)) {
      const why = '(chaos start) Unable to get chaos resources';
      this.#record(engine, 'Warning', 'ChaosResourcesOperationFailed', why);
      this.queue.add(key, this.#cluster.clock.nowMs() + RETRY_MS);
      return null;
    }
    const statuses = spec.experiments.map(({ name }) => this.#statusOf(engine, name));
    const run: EngineRun = { engineUid: engine.metadata.uid, statuses, current: null, next: 0 };
    this.#runs.set(key, run);
    return run;
  }

  #progress(key: string, engine: KubeObject, spec: EngineSpec, run: EngineRun): void {
    for (;;) {
      if (!run.current && !this.#beginNext(engine, spec, run)) break;
      const { current } = run;
      if (!current) continue;
      const wasRunning = current.isRunning;
      current.step();
      if (!wasRunning && (current.isRunning || current.isOver)) this.#noteRunning(engine, run, current);
      if (!current.isOver) {
        this.queue.add(key, current.nextAtMs);
        this.#writeStatus(engine, 'initialized', run);
        return;
      }
      this.#noteEnd(engine, run, current);
      run.current = null;
    }
    this.#complete(key, engine, run);
  }

  /** False when there is none left. An experiment that does not exist is passed over, and its status says so. */
  #beginNext(engine: KubeObject, spec: EngineSpec, run: EngineRun): boolean {
    const entry = spec.experiments[run.next];
    if (!entry) return false;
    const { name } = entry;
    const experiment = this.#experiment(engine, name);
    const index = run.next++;
    if (!experiment) {
      const message = `Unable to list Chaos Experiment: '${name}', in namespace: '${engine.metadata.namespace}'`;
      this.#record(engine, 'Warning', 'ExperimentNotFound', message, `${engine.metadata.name}-runner`);
      this.#setStatus(run, index, { status: 'ChaosExperiment Not Found', verdict: 'Fail' });
      return true;
    }
    const runner = `${engine.metadata.name}-runner`;
    const validated = `Experiment resources validated for Chaos Experiment: '${name}'`;
    this.#record(engine, 'Normal', 'ExperimentDependencyCheck', validated, runner);
    const created = `Experiment Job '${name}' created for Chaos Experiment '${name}'`;
    this.#record(engine, 'Normal', 'ExperimentJobCreate', created, runner);
    const tunables = new Tunables(experiment, entry.spec.components.env);
    const world = {
      cluster: this.#cluster,
      injector: this.#injector,
      tell: (type: 'Normal' | 'Warning', reason: string, message: string) =>
        this.#record(engine, type, reason, message, name),
    };
    run.current = new ExperimentRun(world, engine, spec, name, tunables);
    return true;
  }

  #noteRunning(engine: KubeObject, run: EngineRun, current: ExperimentRun): void {
    this.#setStatus(run, run.next - 1, { status: 'Running', verdict: 'Awaited' });
    this.#writeResult(engine, current, 'Running');
  }

  #noteEnd(engine: KubeObject, run: EngineRun, current: ExperimentRun): void {
    const { name, verdict } = current;
    this.#setStatus(run, run.next - 1, { status: 'Completed', verdict });
    this.#writeResult(engine, current, verdict === 'Pass' ? 'Completed' : 'Error');
    const summary =
      verdict === 'Pass' ? `${name} experiment has been Passed` : `experiment: ${name}, Result: ${verdict}`;
    this.#record(engine, verdict === 'Pass' ? 'Normal' : 'Warning', 'Summary', summary, name);
  }

  #complete(key: string, engine: KubeObject, run: EngineRun): void {
    this.#runs.delete(key);
    this.#writeStatus(engine, 'completed', run);
    const message =
      'ChaosEngine completed, will delete or retain the resources according to jobCleanUpPolicy';
    this.#record(engine, 'Normal', 'ChaosEngineCompleted', message);
  }

  /** Ends what runs, by `engineState: stop` or because the engine is being deleted. */
  #stop(key: string, engine: KubeObject): void {
    const run = this.#runs.get(key);
    if (run && isStuck(engine)) {
      const why = '(chaos stop) Unable to delete chaos experiment pods';
      this.#record(engine, 'Warning', 'ChaosResourcesOperationFailed', why);
      this.queue.add(key, this.#cluster.clock.nowMs() + RETRY_MS);
      return;
    }
    this.#runs.delete(key);
    if (run) this.#abort(engine, run);
    const { namespace, name } = engine.metadata;
    this.#cluster.store.update(CHAOS_ENGINES, namespace, name, (draft) => {
      const statuses = run?.statuses ?? engineStatus(engine).experiments;
      draft.status = { engineStatus: 'stopped', experiments: statuses ? [...statuses] : null };
    });
    if (run) {
      this.#record(engine, 'Normal', 'ChaosEngineStopped', 'Chaos resources deleted successfully');
    }
    this.#cluster.store.update(CHAOS_ENGINES, namespace, name, ({ metadata }) => {
      metadata.finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    });
  }

  #abort(engine: KubeObject, run: EngineRun): void {
    const { current } = run;
    for (const [index, { status }] of run.statuses.entries()) {
      if (status !== 'Running' && status !== 'Waiting for Job Creation') continue;
      this.#setStatus(run, index, { status: 'Forcefully Aborted', verdict: 'Stopped' });
    }
    if (!current) return;
    current.abort();
    this.#writeResult(engine, current, 'Stopped');
  }

  #experiment({ metadata }: KubeObject, name: string): KubeObject | undefined {
    return this.#cluster.store.get(CHAOS_EXPERIMENTS, metadata.namespace, name);
  }

  #statusOf(engine: KubeObject, name: string): ExperimentStatus {
    return {
      name,
      runner: `${engine.metadata.name}-runner`,
      experimentPod: 'Yet to be launched',
      status: 'Waiting for Job Creation',
      verdict: 'Awaited',
      lastUpdateTime: rfc3339(this.#cluster.clock.nowMs()),
    };
  }

  #setStatus(run: EngineRun, index: number, change: { status: string; verdict: string }): void {
    const before = run.statuses[index];
    if (!before) return;
    const lastUpdateTime = rfc3339(this.#cluster.clock.nowMs());
    run.statuses[index] = { ...before, ...change, experimentPod: before.name, lastUpdateTime };
  }

  #writeStatus(engine: KubeObject, status: 'initialized' | 'completed', run: EngineRun): void {
    const { namespace, name } = engine.metadata;
    this.#cluster.store.update(CHAOS_ENGINES, namespace, name, (draft) => {
      draft.status = { engineStatus: status, experiments: [...run.statuses] };
      if (status === 'completed') draft.spec = { ...draft.spec, engineState: 'stop' };
    });
  }

  #writeResult(
    engine: KubeObject,
    { name, verdict, targets, error }: ExperimentRun,
    phase: 'Running' | 'Completed' | 'Error' | 'Stopped',
  ): void {
    const shown = phase === 'Running' ? 'Awaited' : verdict;
    writeResult(this.#cluster, engine, name, { phase, verdict: shown, targets, error });
  }

  #record(
    engine: KubeObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    component: string = this.name,
  ): void {
    this.#cluster.events.record(engine, { type, reason, message, component });
  }
}

function isStuck({ metadata }: KubeObject): boolean {
  return ['true', 'recover'].includes(metadata.annotations?.[STUCK_ANNOTATION] ?? '');
}
