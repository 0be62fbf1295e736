import { Simulation } from '../../sim/simulation';
import type { ObjectStore } from '../objectStore';
import type { SeriesStore } from '../seriesStore';
import { CUSTOM_RESOURCE_DEFINITIONS } from '../store/resourceTypes';
import { ChaosController } from './chaos/chaosController';
import { CHAOS_DEFINITIONS } from './chaos/definitions';
import { faultKinds } from './chaos/faultKinds';
import { Injector } from './chaos/injector';
import type { Cluster, Controller } from './controller';
import { EventRecorder } from './eventRecorder';
import { Kubelet } from './nodes/kubelet';
import { Scheduler } from './nodes/scheduler';
import { ServiceRouter } from './nodes/serviceRouter';
import { Scraper } from './telemetry/scraper';
import type { TickClock } from './tickClock';
import { DeploymentController } from './workloads/deployments';
import { DisruptionController } from './workloads/disruptionBudgets';
import { ReplicaSetController } from './workloads/replicaSets';

/** More rounds than any chain of controllers needs; it keeps two that disagree from hanging the process. */
const MOST_ROUNDS = 50;

export interface RuntimeOptions {
  store: ObjectStore;
  series: SeriesStore;
  clock: TickClock;
  seed: number;
  scrapeIntervalMs?: number;
  /** Told of objects that a controller cannot work with. */
  onError: (controller: string, key: string, error: unknown) => void;
}

/** Everything that makes the cluster live: its controllers, nodes, load and faults. Stepped from outside. */
export class Runtime {
  readonly #cluster: Cluster;
  readonly #clock: TickClock;
  readonly #simulation: Simulation;
  readonly #kubelet: Kubelet;
  readonly #scraper: Scraper;
  readonly #controllers: readonly Controller[];
  readonly #onError: RuntimeOptions['onError'];

  /** Makes the Chaos Mesh kinds known to the store, which otherwise is left as it is. */
  constructor({ store, series, clock, seed, scrapeIntervalMs = 5000, onError }: RuntimeOptions) {
    this.#clock = clock;
    this.#onError = onError;
    this.#simulation = new Simulation(seed);
    const { random } = this.#simulation;
    this.#cluster = { store, clock, random, events: new EventRecorder(store, clock) };
    this.#kubelet = new Kubelet(this.#cluster, this.#simulation);
    const injector = new Injector(this.#kubelet);
    this.#controllers = [
      ...faultKinds({ store, clock, injector }).map((kind) => new ChaosController(this.#cluster, kind)),
      new DeploymentController(this.#cluster),
      new ReplicaSetController(this.#cluster),
      new Scheduler(this.#cluster),
      this.#kubelet,
      new ServiceRouter(this.#cluster, this.#simulation, this.#kubelet),
      new DisruptionController(this.#cluster),
    ];
    this.#scraper = new Scraper(this.#cluster, this.#kubelet, series, scrapeIntervalMs);
    for (const definition of CHAOS_DEFINITIONS) store.create(CUSTOM_RESOURCE_DEFINITIONS, definition);
  }

  /** Lets cluster time advance to `nowMs`, by 100 to 1000 ms. */
  tick(nowMs: number): void {
    const seconds = (nowMs - this.#clock.nowMs()) / 1000;
    this.#clock.advanceTo(nowMs);
    this.#simulation.step(seconds);
    this.#kubelet.watchProcesses();
    this.settle();
    for (const { log, sim } of this.#kubelet.running.values()) log.sample(nowMs, sim, this.#cluster.random);
    this.#scraper.scrapeIfDue();
    this.#cluster.events.removeExpired();
  }

  /** Lets the controllers work until nothing is left to do at this time. */
  settle(): void {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (!this.#controllers.map((controller) => this.#runController(controller)).includes(true)) return;
    }
  }

  /** The latest lines of a pod's log, oldest first; empty where it never started. */
  podLogs(namespace: string, pod: string): readonly string[] {
    return this.#kubelet.running.get(`${namespace}/${pod}`)?.log.lines() ?? [];
  }

  #runController(controller: Controller): boolean {
    const due = controller.queue.takeDue(this.#clock.nowMs());
    for (const key of due) {
      try {
        controller.reconcile(key);
      } catch (error) {
        this.#onError(controller.name, key, error);
      }
    }
    return due.length > 0;
  }
}
