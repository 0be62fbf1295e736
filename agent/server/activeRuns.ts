import { randomBytes } from 'node:crypto';
import { ExperimentRunner, type RunnerPorts } from '../chaos/run/experimentRunner';
import type { RunOrder } from '../chaos/run/runRecord';
import { CoxswainError, type ExperimentRun, type Fault, toErrorInfo, workloadId } from '../protocol';
import type { ChosenExperiment } from './experimentChoice';
import type { ChaosPorts } from './sessionChaos';

export interface ActiveRunsPorts extends ChaosPorts {
  /** Sends the fault of a run; with the signal it is not tried again. */
  inject(chosen: ChosenExperiment, run: RunOrder, signal: AbortSignal): Promise<Fault>;
}

interface Active {
  runner: ExperimentRunner;
  /** Resolves with the finished run. */
  finished: Promise<ExperimentRun>;
  /** Resolves when its fault is over. */
  ended: PromiseWithResolvers<ExperimentRun>;
}

/** The runs that go on. */
export class ActiveRuns {
  readonly #ports: ActiveRunsPorts;
  readonly #active = new Map<string, Active>();
  /** From now on nothing of what goes on is told or kept. */
  #isClosed = false;

  constructor(ports: ActiveRunsPorts) {
    this.#ports = ports;
  }

  isRunning(runId: string): boolean {
    return this.#active.has(runId);
  }

  get(runId: string): ExperimentRun | undefined {
    return this.#active.get(runId)?.runner.run;
  }

  /** @throws CoxswainError `conflict` where the workload has a run already */
  begin(chosen: ChosenExperiment, trigger: ExperimentRun['trigger'], by: string): ExperimentRun {
    const id = workloadId(chosen.workload.ref);
    this.#refuseSecond(id);
    const { experiment, path, provider, kind } = chosen;
    const order: RunOrder = {
      id: `${experiment.name}-${randomBytes(4).toString('hex')}`,
      experiment: experiment.name,
      title: experiment.title ?? experiment.name,
      path,
      workloadId: id,
      provider: provider.name,
      kind,
      trigger,
      by,
    };
    const runner = new ExperimentRunner(experiment, order, this.#runnerPorts(chosen, order));
    const ended = Promise.withResolvers<ExperimentRun>();
    this.#ports.record({
      kind: 'experiment-started',
      workloadId: id,
      runId: order.id,
      experiment: experiment.name,
      provider: provider.name,
      by,
    });
    const finished = runner.start().then((run) => this.#finished(run));
    this.#active.set(order.id, { runner, finished, ended });
    return runner.run;
  }

  /** Resolves when the fault is over. @throws CoxswainError `not-found` where no such run goes on */
  stop(runId: string, why: string): Promise<ExperimentRun> {
    const active = this.#active.get(runId);
    if (active) {
      active.runner.stop(why);
      return Promise.race([active.ended.promise, active.finished]);
    }
    // One that is over is told as it is; one that nobody knows is an error.
    return Promise.resolve(this.#ports.store.get(runId));
  }

  stopAll(why: string): void {
    for (const { runner } of this.#active.values()) runner.stop(why);
  }

  /** The journals say that the runs were ended, before anything is waited for: the process may be about to end. */
  close(why: string): void {
    const running = [...this.#active.values()];
    this.#active.clear();
    this.#isClosed = true;
    for (const { runner } of running) {
      this.finishInterrupted(runner.run, `ended with the agent: ${why}`);
      runner.stop(why);
    }
  }

  /** A run that nobody goes on with: its fault is taken back by whoever tidies up. */
  finishInterrupted(run: ExperimentRun, why = 'the agent ended while it ran'): ExperimentRun {
    const atMs = this.#ports.cluster.clock.nowMs();
    const text = `Interrupted: ${why}.`;
    const finished: ExperimentRun = {
      ...run,
      phase: 'finished',
      verdict: 'aborted',
      text,
      finishedAtMs: atMs,
      log: [...run.log, { atMs, text }],
    };
    this.#save(finished);
    this.#recordEnd(finished);
    return finished;
  }

  #finished(run: ExperimentRun): ExperimentRun {
    this.#active.delete(run.id);
    if (!this.#isClosed) this.#recordEnd(run);
    return run;
  }

  #recordEnd(run: ExperimentRun): void {
    this.#ports.record({
      kind: 'experiment-finished',
      workloadId: run.workloadId,
      runId: run.id,
      experiment: run.experiment,
      verdict: run.verdict ?? 'aborted',
      effect: run.effect?.verdict ?? null,
      resilienceScore: run.resilienceScore,
      text: run.text,
    });
  }

  #runnerPorts(chosen: ChosenExperiment, order: RunOrder): RunnerPorts {
    const { cluster, config, faults, prober, collect, inject } = this.#ports;
    const { clock } = cluster;
    const workload = () => cluster.snapshot().workloads.get(order.workloadId);
    return {
      clock,
      nowMs: () => clock.nowMs(),
      intervalMs: () => config().metrics.interval,
      workload,
      facts: async (signal) => {
        const target = workload();
        if (target === undefined) throw targetGone(order.workloadId);
        const metrics = await collect(target, signal);
        signal?.throwIfAborted();
        const { nodes } = cluster.snapshot();
        return { atMs: clock.nowMs(), workload: workload(), nodes, metrics };
      },
      probe: (probe, target, when, signal) => prober.probe(probe, target, when, signal),
      inject: (signal) => inject(chosen, order, signal),
      fault: (id) => faults.get(id),
      isThere: (id) => faults.isThere(id),
      end: async (id) => {
        await faults.end(id, order.by);
      },
      changed: (run) => this.#changed(run),
    };
  }

  #changed(run: ExperimentRun): void {
    if (this.#isClosed) return;
    this.#save(run);
    this.#ports.publish({ kind: 'run', run });
    if (run.endedAtMs !== null) this.#active.get(run.id)?.ended.resolve(run);
  }

  #save(run: ExperimentRun): void {
    try {
      this.#ports.store.save(run);
    } catch (error) {
      // A run whose journal cannot be written is ended as it would be otherwise.
      this.#ports.onError(toErrorInfo(error));
    }
  }

  #refuseSecond(id: string): void {
    const other = [...this.#active.values()].find(({ runner }) => runner.run.workloadId === id);
    if (!other) return;
    const { run } = other.runner;
    throw new CoxswainError(
      'conflict',
      `Run ${run.id} of ${run.experiment} still goes on on ${id}.`,
      'Wait for it, or stop it.',
    );
  }
}

function targetGone(id: string): CoxswainError {
  return new CoxswainError(
    'not-found',
    `The workload ${id} is gone.`,
    'Look at the workloads in `coxswain status`.',
  );
}
