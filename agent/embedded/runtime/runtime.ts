import { Random } from '../../sim/random';
import { Simulation } from '../../sim/simulation';
import type { ObjectStore } from '../objectStore';
import { createPrometheusApi } from '../prometheus/api';
import type { ReadableSeriesStore } from '../prometheus/seriesStore';
import type { SeriesStore } from '../seriesStore';
import { CUSTOM_RESOURCE_DEFINITIONS } from '../store/resourceTypes';
import { AnalysisRunController } from './argo/analysisRunController';
import { ARGO_DEFINITIONS } from './argo/definitions';
import { RolloutController } from './argo/rolloutController';
import { HpaController } from './autoscaling/hpaController';
import { KEDA_DEFINITIONS } from './autoscaling/kedaDefinitions';
import { MetricsServer } from './autoscaling/metricsServer';
import { ScaledObjectController } from './autoscaling/scaledObjectController';
import { ChaosController } from './chaos/chaosController';
import { CHAOS_DEFINITIONS } from './chaos/definitions';
import { faultKinds } from './chaos/faultKinds';
import { Injector } from './chaos/injector';
import { ScheduleController } from './chaos/scheduleController';
import { WorkflowController } from './chaos/workflowController';
import { WorkflowNodeController } from './chaos/workflowNodeController';
import type { Cluster, Controller } from './controller';
import { EventRecorder } from './eventRecorder';
import { CanaryController } from './flagger/canaryController';
import { FLAGGER_DEFINITIONS } from './flagger/definitions';
import { LITMUS_DEFINITIONS } from './litmus/definitions';
import { ChaosEngineController } from './litmus/engineController';
import { Kubelet, type RunningPod } from './nodes/kubelet';
import { NodeLifecycleController } from './nodes/nodeFailure';
import { type HttpOutcome, requestPod } from './nodes/podHttp';
import { Scheduler } from './nodes/scheduler';
import { ServiceRouter } from './nodes/serviceRouter';
import { ResourceQuotaController } from './quota/quotaController';
import { ArgoMetrics } from './telemetry/argoMetrics';
import { Scraper } from './telemetry/scraper';
import type { TickClock } from './tickClock';
import { TRAFFIC_DEFINITIONS, Traffic } from './traffic/traffic';
import { DeploymentController } from './workloads/deployments';
import { DisruptionController } from './workloads/disruptionBudgets';
import { ReplicaSetController } from './workloads/replicaSets';

/** More rounds than any chain of controllers needs; it keeps two that disagree from hanging the process. */
const MOST_ROUNDS = 50;

export interface RuntimeOptions {
  store: ObjectStore;
  /** Read too, by what decides by metrics. */
  series: SeriesStore & ReadableSeriesStore;
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
  readonly #router: ServiceRouter;
  /** For what clients ask of pods, so that the simulation does not depend on it. */
  readonly #clientRandom: Random;
  /** Hosts and routes, and how versions behave. */
  readonly traffic: Traffic;
  readonly #scraper: Scraper;
  readonly #usages: MetricsServer;
  readonly #flagger: CanaryController;
  readonly #controllers: readonly Controller[];
  readonly #onError: RuntimeOptions['onError'];

  /** Makes the kinds of Chaos Mesh, Litmus, KEDA, Argo and Flagger known to the store, which otherwise is left as it is. */
  constructor({ store, series, clock, seed, scrapeIntervalMs = 5000, onError }: RuntimeOptions) {
    this.#clock = clock;
    this.#onError = onError;
    this.#simulation = new Simulation(seed);
    const { random } = this.#simulation;
    this.#cluster = { store, clock, random, events: new EventRecorder(store, clock) };
    this.#kubelet = new Kubelet(this.#cluster, this.#simulation, new Random(~seed));
    this.#router = new ServiceRouter(this.#cluster, this.#simulation, this.#kubelet);
    this.#clientRandom = new Random(seed ^ 0x5bd1e995);
    this.#usages = new MetricsServer(clock, this.#kubelet);
    const injector = new Injector(this.#kubelet);
    this.traffic = new Traffic({
      cluster: this.#cluster,
      simulation: this.#simulation,
      kubelet: this.#kubelet,
      router: this.#router,
      injector,
      seed,
    });
    this.#flagger = new CanaryController(this.#cluster, series);
    this.#controllers = [
      ...faultKinds({ store, clock, kubelet: this.#kubelet, injector }).map(
        (kind) => new ChaosController(this.#cluster, kind),
      ),
      new ScheduleController(this.#cluster),
      new WorkflowController(this.#cluster),
      new WorkflowNodeController(this.#cluster),
      new ChaosEngineController(this.#cluster, injector),
      this.#flagger,
      new AnalysisRunController(this.#cluster, {
        prometheus: createPrometheusApi(series, clock),
        askService: (...asked) => this.requestService(...asked),
      }),
      new RolloutController(this.#cluster),
      new ScaledObjectController(this.#cluster),
      new HpaController(this.#cluster, this.#usages),
      new DeploymentController(this.#cluster),
      new ReplicaSetController(this.#cluster),
      new NodeLifecycleController(this.#cluster),
      new Scheduler(this.#cluster),
      this.#kubelet,
      this.#router,
      ...this.traffic.controllers,
      new DisruptionController(this.#cluster),
      new ResourceQuotaController(this.#cluster),
    ];
    this.#scraper = new Scraper(this.#cluster, this.#kubelet, series, scrapeIntervalMs);
    this.#scraper.add(this.#flagger.metrics);
    this.#scraper.add(new ArgoMetrics(store, series));
    for (const definition of [
      ...CHAOS_DEFINITIONS,
      ...LITMUS_DEFINITIONS,
      ...KEDA_DEFINITIONS,
      ...TRAFFIC_DEFINITIONS,
      ...FLAGGER_DEFINITIONS,
      ...ARGO_DEFINITIONS,
    ]) {
      store.create(CUSTOM_RESOURCE_DEFINITIONS, definition);
    }
  }

  /** Lets cluster time advance to `nowMs`, by 100 to 1000 ms. */
  tick(nowMs: number): void {
    const seconds = (nowMs - this.#clock.nowMs()) / 1000;
    this.#clock.advanceTo(nowMs);
    this.traffic.prepare(nowMs);
    this.#simulation.step(seconds);
    this.traffic.serve();
    this.#kubelet.watchProcesses();
    this.#usages.lookIfDue();
    this.settle();
    for (const { log, sim, clockOffsetMs } of this.#kubelet.running.values()) {
      log.sample(nowMs + clockOffsetMs, sim, this.#cluster.random);
    }
    this.#scraper.scrapeIfDue();
    this.#cluster.events.removeExpired();
  }

  /** Lets the controllers work until nothing is left to do at this time. */
  settle(): void {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (!this.#controllers.map((controller) => this.#runController(controller)).includes(true)) return;
    }
  }

  /** Ends what is under way outside of cluster time: calls of webhooks. */
  close(): void {
    this.#flagger.close();
  }

  /** The latest lines of a pod's log, oldest first; empty where it never started. */
  podLogs(namespace: string, pod: string): readonly string[] {
    return this.runningPod(namespace, pod)?.log.lines() ?? [];
  }

  /** The pod as it runs on its node; undefined where it does not. */
  runningPod(namespace: string, pod: string): RunningPod | undefined {
    return this.#kubelet.running.get(`${namespace}/${pod}`);
  }

  /** Requests to a Service that have found no pod since its load was set; 0 without a load. */
  unroutedRequests(namespace: string, service: string): number {
    return this.#router.unrouted(namespace, service);
  }

  /** Prometheus gets nothing about the pods of a namespace until then. */
  loseMetrics(namespace: string, untilMs: number): void {
    this.#scraper.lose(namespace, untilMs);
  }

  /** What a GET of a pod gets now, and from which address; undefined where the pod does not run. */
  requestPod(namespace: string, name: string, port: string | undefined, path: string): Asked | undefined {
    const pod = this.runningPod(namespace, name);
    if (!pod) return undefined;
    const number = portOf(pod, port);
    const outcome = requestPod(pod, { port: number, path }, this.#clientRandom);
    return { address: `${pod.podIp}:${number}`, outcome };
  }

  /** As `requestPod`, of one of the pods that a Service sends its load to. */
  requestService(
    namespace: string,
    service: string,
    port: string | undefined,
    path: string,
  ): Asked | undefined {
    const endpoints = this.#router.endpoints(namespace, service);
    const pod = endpoints[this.#clientRandom.below(Math.max(1, endpoints.length))];
    const target = this.#router.targetPort(namespace, service, port);
    return pod && this.requestPod(namespace, pod.metadata.name, target, path);
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

/** What a request has got, and where it went. */
export interface Asked {
  /** `ip:port`. */
  address: string;
  outcome: HttpOutcome;
}

/** The port that a client means: by number or name, the first one where it says nothing. */
function portOf({ ports, namedPorts }: RunningPod, port: string | undefined): number {
  if (port === undefined) return ports[0] ?? 80;
  return namedPorts.get(port) ?? Number(port);
}
