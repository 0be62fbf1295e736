import { randomBytes } from 'node:crypto';
import type { Experiment } from '../chaos/experiment/experiment';
import { defaultFault } from '../chaos/experiment/faultSpec';
import type { FaultPlan, FaultTarget } from '../chaos/providers/provider';
import { chooseProvider, planExperiment } from '../chaos/providers/providers';
import { ChaosLoop } from '../chaos/run/chaosLoop';
import type { Prober } from '../chaos/run/prober';
import type { RunStore } from '../chaos/run/runStore';
import { sleep } from '../clock';
import type { ClusterConnection } from '../cluster/connection';
import type { Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import type { WorkloadMetrics } from '../metrics/reading';
import {
  type Change,
  CoxswainError,
  type ErrorInfo,
  type ExperimentInfo,
  type ExperimentRun,
  type Fault,
  type FaultKind,
  type JournalEvent,
  KEPT_RUNS,
  type ParsedParams,
  type ProbeResult,
  type Result,
  sentence,
  toErrorInfo,
  workloadId,
} from '../protocol';
import type { FaultOrder } from '../safety/faultOrder';
import type { ActionGate } from '../safety/gate';
import { ActiveRuns } from './activeRuns';
import {
  type ChoicePorts,
  type ChosenExperiment,
  chooseExperiment,
  describeExperiment,
} from './experimentChoice';
import type { ExperimentLibrary } from './experimentLibrary';
import { planTexts } from './planTexts';
import type { SessionFaults } from './sessionFaults';

export interface ChaosPorts {
  cluster: ClusterConnection;
  gate: ActionGate;
  faults: SessionFaults;
  store: RunStore;
  library: ExperimentLibrary;
  prober: Prober;
  collect(workload: Workload, signal?: AbortSignal): Promise<WorkloadMetrics>;
  config(): Config;
  /** @throws CoxswainError `not-found` */
  workload(id: string): Workload;
  /** In [0, 1). */
  random(): number;
  record(event: JournalEvent): void;
  publish(change: Change): void;
  onError(error: ErrorInfo): void;
}

/** How a fault is planned once it is known whom it hits, and under which name. */
type Planner = (target: FaultTarget) => FaultPlan;

/** A Deployment's status changes all the time, so that a patch may come a moment too late. */
const ATTEMPTS = 4;
const RETRY_MS = 1000;

/** Experiments on one connected cluster: those that there are, their runs, and the loop that runs them by itself. */
export class SessionChaos {
  readonly #ports: ChaosPorts;
  readonly #runs: ActiveRuns;
  readonly #loop: ChaosLoop;
  #experiments: readonly ExperimentInfo[] = [];

  constructor(ports: ChaosPorts) {
    this.#ports = ports;
    this.#runs = new ActiveRuns({
      ...ports,
      inject: (chosen, run, signal) =>
        this.#inject(chosen.workload, this.#planner(chosen), {
          runId: run.id,
          kind: chosen.kind,
          by: run.by,
          trigger: run.trigger,
          signal,
        }),
    });
    this.#loop = new ChaosLoop({
      clock: ports.cluster.clock,
      settings: () => ports.config().chaos,
      state: () => ports.gate,
      random: ports.random,
      objection: (name) => this.#scheduleObjection(name),
      run: async (name) => {
        await this.run({ name, trigger: 'schedule' }, 'the schedule');
      },
      publish: (chaosSchedule) => ports.publish({ kind: 'chaos-schedule', chaosSchedule }),
    });
  }

  /**
   * Tells what there is, finishes what an earlier run of the agent has left open, and starts the loop.
   *
   * @throws CoxswainError `config-invalid` where the experiments cannot be listed
   */
  start(): void {
    this.#loop.configChanged();
    for (const run of this.#ports.store.latest(KEPT_RUNS)) {
      const known = run.phase === 'finished' ? run : this.#runs.finishInterrupted(run);
      this.#ports.publish({ kind: 'run', run: known });
    }
    this.experiments();
  }

  configChanged(): void {
    this.#loop.configChanged();
    try {
      this.experiments();
    } catch (error) {
      this.#ports.onError(toErrorInfo(error));
    }
  }

  isRunning(runId: string): boolean {
    return this.#runs.isRunning(runId);
  }

  /** Read anew; told to everybody where something is different. */
  experiments(): ExperimentInfo[] {
    const experiments = this.#ports.library
      .list()
      .map((each) => describeExperiment(each, this.#choicePorts()));
    if (JSON.stringify(experiments) !== JSON.stringify(this.#experiments)) {
      this.#experiments = experiments;
      this.#ports.publish({ kind: 'experiments', experiments });
    }
    return experiments;
  }

  /** @throws CoxswainError where it cannot be begun; nothing was done then */
  async run(params: ParsedParams<'runExperiment'>, by: string): Promise<ExperimentRun> {
    const chosen = chooseExperiment(params, this.#choicePorts());
    const trigger = params.trigger ?? 'person';
    const why = this.#guardObjection(chosen, trigger, by);
    if (why !== null) {
      throw new CoxswainError(
        'guard-denied',
        `The experiment cannot be run: ${sentence(why)}`,
        'Change what the reason names, then try again.',
      );
    }
    return this.#runs.begin(chosen, trigger, by);
  }

  /** Resolves when the fault is over. */
  stop(runId: string, by: string): Promise<ExperimentRun> {
    return this.#runs.stop(runId, `stopped by ${by}`);
  }

  /** Ends every run; their faults are ended by whoever calls this. */
  stopAll(why: string): void {
    this.#runs.stopAll(why);
  }

  get(runId: string): ExperimentRun {
    return this.#runs.get(runId) ?? this.#ports.store.get(runId);
  }

  /** What would be done and whether it could be, without doing it. */
  async verify(params: ParsedParams<'verifyExperiment'>, by: string): Promise<Result<'verifyExperiment'>> {
    const chosen = chooseExperiment(params, this.#choicePorts());
    const { experiment, path, workload } = chosen;
    const known = { name: experiment.name, path, content: { kind: 'experiment' as const, experiment } };
    const info = describeExperiment(known, this.#choicePorts());
    const probes = await this.#probe(experiment, workload);
    const unmet = probes.filter(({ outcome }) => outcome !== 'passed').map(probeProblem);
    const denied = this.#guardObjection(chosen, 'person', by);
    return {
      experiment: { ...info, workloadId: workloadId(workload.ref), provider: chosen.provider.name },
      probes,
      manifests: this.#manifests(chosen),
      problems: [...(denied === null ? [] : [denied]), ...unmet],
    };
  }

  /**
   * A fault by itself, which ends after its time.
   *
   * @throws CoxswainError `not-found`, `capability-missing`, `guard-denied`, or what the API server says
   */
  injectFault(params: ParsedParams<'injectFault'>, by: string): Promise<Fault> {
    const { cluster, config, workload } = this.#ports;
    const { kind, durationSeconds } = params;
    const { chaos } = config();
    const provider = chooseProvider(kind, params.provider ?? chaos.provider, cluster.capabilities);
    const durationMs = durationSeconds === undefined ? chaos.duration : durationSeconds * 1000;
    const plan: Planner = (target) =>
      provider.inject({ ...target, fault: defaultFault(kind), mode: 'one', value: null, durationMs });
    return this.#inject(workload(params.workloadId), plan, { runId: null, kind, by, trigger: 'person' });
  }

  /** The journals of what runs say that it was ended; their faults are ended by whoever calls this. */
  close(why: string): void {
    this.#loop.stop();
    this.#runs.close(why);
  }

  async #inject(
    { ref }: Workload,
    plan: Planner,
    {
      runId,
      kind,
      by,
      trigger,
      signal,
    }: Pick<FaultOrder, 'by' | 'trigger'> & { runId: string | null; kind: FaultKind; signal?: AbortSignal },
  ): Promise<Fault> {
    const { cluster, faults, workload } = this.#ports;
    const name = `coxswain-${kind}-${randomBytes(4).toString('hex')}`;
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      try {
        const order = {
          workload: ref,
          plan: plan(this.#target(workload(workloadId(ref)), name, runId)),
          by,
          trigger,
        };
        return await faults.inject(order, name, runId);
      } catch (error) {
        if (toErrorInfo(error).code !== 'conflict' || attempt === ATTEMPTS) throw error;
        await sleep(cluster.clock, RETRY_MS, signal);
      }
    }
  }

  #planner({ provider, experiment }: Pick<ChosenExperiment, 'provider' | 'experiment'>): Planner {
    return (target) => planExperiment(provider, experiment, target);
  }

  #target(workload: Workload, name: string, runId: string | null): FaultTarget {
    const { cluster, random } = this.#ports;
    return { workload, nodes: cluster.snapshot().nodes, name, runId, nowMs: cluster.clock.nowMs(), random };
  }

  #plan(chosen: ChosenExperiment): FaultPlan {
    const { experiment, workload } = chosen;
    return this.#planner(chosen)(this.#target(workload, `coxswain-${experiment.name}`, null));
  }

  /** Why it cannot be run now, in words; null where it can. */
  #guardObjection(chosen: ChosenExperiment, trigger: ExperimentRun['trigger'], by: string): string | null {
    try {
      const plan = this.#plan(chosen);
      const verdict = this.#ports.gate.judgeFault({ workload: chosen.workload.ref, plan, by, trigger });
      return verdict.outcome === 'allow' ? null : `${verdict.reason} (${verdict.rule})`;
    } catch (error) {
      const { code, message } = toErrorInfo(error);
      if (code === 'internal') throw error;
      return message;
    }
  }

  async #scheduleObjection(name: string): Promise<string | null> {
    const chosen = chooseExperiment({ name }, this.#choicePorts());
    return this.#guardObjection(chosen, 'schedule', 'the schedule');
  }

  #manifests(chosen: ChosenExperiment): string[] {
    try {
      return planTexts(this.#plan(chosen));
    } catch (error) {
      if (toErrorInfo(error).code === 'internal') throw error;
      return [];
    }
  }

  #probe({ steadyState }: Experiment, workload: Workload): Promise<ProbeResult[]> {
    return Promise.all(
      steadyState.probes.map((probe) => this.#ports.prober.probe(probe, workload, 'before')),
    );
  }

  #choicePorts(): ChoicePorts {
    const { library, cluster, config, workload } = this.#ports;
    return {
      library,
      capabilities: cluster.capabilities,
      defaultProvider: () => config().chaos.provider,
      workload,
    };
  }
}

function probeProblem({ name, outcome, found, expected }: ProbeResult): string {
  return outcome === 'no-data'
    ? `no data on ${name}: ${found}`
    : `the steady state does not hold, ${name}: ${found}, expected ${expected}`;
}
