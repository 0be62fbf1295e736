import type { KubeObject } from '../../objectStore';
import { deletePod } from '../../store/podDeletion';
import type { Injector } from '../chaos/injector';
import type { Cluster } from '../controller';
import { keyOf } from '../kinds';
import type { EngineSpec, Tunables } from './engineSpec';
import { LASTING_FAULTS, type LastingFault } from './faults';
import type { TargetDetails, Verdict } from './results';
import { applicationPods, isHealthy, LitmusError, pickTargets, workloadOf } from './targets';

/** From the engine's start until the experiment's own pod runs. */
const JOB_START_MS = 2000;
const CHECK_MS = 2000;

type Stage = 'starting' | 'ramp-up' | 'chaos' | 'ramp-down' | 'checking' | 'over';

export interface ExperimentWorld {
  cluster: Cluster;
  injector: Injector;
  /** Writes an event about the engine, as the experiment's pod does. */
  tell(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** One run of one experiment, from its job to its verdict, moved on by `step`. */
export class ExperimentRun {
  readonly name: string;
  verdict: Verdict = 'Awaited';
  error: LitmusError | null = null;
  /** When `step` has something to do. */
  nextAtMs: number;
  readonly #world: ExperimentWorld;
  readonly #engine: KubeObject;
  readonly #spec: EngineSpec;
  readonly #tunables: Tunables;
  readonly #targets = new Map<string, TargetDetails>();
  readonly #hitPods = new Set<string>();
  #stage: Stage = 'starting';
  #chaosEndsAtMs = 0;
  #checkUntilMs = 0;

  constructor(
    world: ExperimentWorld,
    engine: KubeObject,
    spec: EngineSpec,
    name: string,
    tunables: Tunables,
  ) {
    this.name = name;
    this.#world = world;
    this.#engine = engine;
    this.#spec = spec;
    this.#tunables = tunables;
    this.nextAtMs = world.cluster.clock.nowMs() + JOB_START_MS;
  }

  get isOver(): boolean {
    return this.#stage === 'over';
  }

  /** The experiment's pod has been started. */
  get isRunning(): boolean {
    return this.#stage !== 'starting' && !this.isOver;
  }

  get targets(): readonly TargetDetails[] {
    return [...this.#targets.values()];
  }

  /** Does what is due at this time. */
  step(): void {
    while (!this.isOver && this.#nowMs >= this.nextAtMs) {
      try {
        this.#advance();
      } catch (error) {
        this.#end('Error', asLitmusError(error));
      }
    }
  }

  /** Takes everything back and ends the run at once. */
  abort(): void {
    if (!this.isOver) this.#end('Stopped', null);
  }

  get #nowMs(): number {
    return this.#world.cluster.clock.nowMs();
  }

  #advance(): void {
    const rampMs = this.#tunables.amount('RAMP_TIME', 0) * 1000;
    switch (this.#stage) {
      case 'starting':
        this.#checkBefore();
        this.#enter('ramp-up', rampMs);
        break;
      case 'ramp-up':
        this.#chaosEndsAtMs = this.#nowMs + this.#tunables.amount('TOTAL_CHAOS_DURATION', 60) * 1000;
        this.#beginChaos();
        break;
      case 'chaos':
        this.#continueChaos(rampMs);
        break;
      case 'ramp-down':
        this.#checkUntilMs = this.#nowMs + this.#tunables.amount('STATUS_CHECK_TIMEOUT', 180) * 1000;
        this.#enter('checking', 0);
        break;
      case 'checking':
        this.#checkAfter();
        break;
      case 'over':
    }
  }

  #enter(stage: Stage, afterMs: number): void {
    this.#stage = stage;
    this.nextAtMs = this.#nowMs + afterMs;
  }

  #application(): KubeObject[] {
    return applicationPods(this.#world.cluster.store, this.#spec, this.#engine.metadata.namespace ?? '');
  }

  #checkBefore(): void {
    const pods = this.#application();
    if (this.#tunables.list('TARGET_PODS').length === 0 && pods.length === 0) {
      throw new LitmusError('TARGET_SELECTION_ERROR', 'could not find pods with matching labels');
    }
    if (this.#spec.defaultHealthCheck && pods.length > 0 && !isHealthy(pods)) {
      this.#world.tell('Warning', 'PreChaosCheck', 'AUT: Not Running');
      throw new LitmusError('STATUS_CHECKS_ERROR', 'application pods are not in running state');
    }
    this.#world.tell('Normal', 'PreChaosCheck', 'AUT: Running');
  }

  #beginChaos(): void {
    const lasting = LASTING_FAULTS[this.name];
    if (!lasting) {
      this.#deletePods();
      return;
    }
    for (const pod of this.#pick()) this.#inject(lasting, pod);
    this.#enter('chaos', this.#chaosEndsAtMs - this.#nowMs);
  }

  /** `pod-delete` kills again after each interval, once what it has killed is back. */
  #continueChaos(rampMs: number): void {
    if (this.#nowMs >= this.#chaosEndsAtMs || LASTING_FAULTS[this.name]) {
      this.#revert();
      this.#enter('ramp-down', rampMs);
    } else if (isHealthy(this.#application())) this.#deletePods();
    else this.nextAtMs = Math.min(this.#nowMs + CHECK_MS, this.#chaosEndsAtMs);
  }

  #deletePods(): void {
    const { store, clock } = this.#world.cluster;
    const grace = this.#tunables.text('FORCE') === 'true' ? 0 : undefined;
    for (const pod of this.#pick()) {
      const owner = workloadOf(store, pod) ?? { kind: 'pod', name: pod.metadata.name };
      this.#targets.set(owner.name, { ...owner, chaosStatus: 'targeted' });
      this.#announce();
      deletePod(store, clock, pod.metadata.namespace, pod.metadata.name, grace);
    }
    const pauseMs = this.#tunables.amount('CHAOS_INTERVAL', 5) * 1000;
    this.#enter('chaos', Math.max(CHECK_MS, Math.min(pauseMs, this.#chaosEndsAtMs - this.#nowMs)));
  }

  #pick(): KubeObject[] {
    const { store, random } = this.#world.cluster;
    const namespace = this.#spec.appinfo?.appns || (this.#engine.metadata.namespace ?? '');
    return pickTargets(store, this.#application(), this.#tunables, namespace, random);
  }

  #inject(lasting: LastingFault, pod: KubeObject): void {
    const { cluster, injector } = this.#world;
    const key = keyOf(pod.metadata);
    this.#announce();
    const target = injector.target(key);
    injector.inject(target, this.#cause, lasting(this.#tunables, target, pod, cluster.store));
    this.#hitPods.add(key);
    const { name } = pod.metadata;
    this.#targets.set(name, { name, kind: 'pod', chaosStatus: 'injected' });
  }

  #announce(): void {
    this.#world.tell('Normal', 'ChaosInject', `Injecting ${this.name} chaos on application pod`);
  }

  /** By what the injector tells this run's faults from others. */
  get #cause(): string {
    return `${this.#engine.metadata.uid}/${this.name}`;
  }

  #revert(): void {
    for (const key of this.#hitPods) this.#world.injector.recover(key, this.#cause);
    this.#hitPods.clear();
    for (const [key, target] of this.#targets) {
      if (target.chaosStatus === 'injected') this.#targets.set(key, { ...target, chaosStatus: 'reverted' });
    }
  }

  #checkAfter(): void {
    const pods = this.#application();
    if (!this.#spec.defaultHealthCheck || pods.length === 0 || isHealthy(pods)) {
      this.#world.tell('Normal', 'PostChaosCheck', 'AUT: Running');
      this.#end('Pass', null);
    } else if (this.#nowMs < this.#checkUntilMs) {
      this.nextAtMs = this.#nowMs + CHECK_MS;
    } else {
      this.#world.tell('Warning', 'PostChaosCheck', 'AUT: Not Running');
      throw new LitmusError('STATUS_CHECKS_ERROR', 'application pods are not in running state');
    }
  }

  #end(verdict: Verdict, error: LitmusError | null): void {
    this.#revert();
    this.verdict = verdict;
    this.error = error;
    this.#stage = 'over';
  }
}

function asLitmusError(error: unknown): LitmusError {
  if (error instanceof LitmusError) return error;
  return new LitmusError('CHAOS_INJECT_ERROR', error instanceof Error ? error.message : String(error));
}
