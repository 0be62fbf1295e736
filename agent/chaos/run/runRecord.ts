import type { ChaosProviderName, ExperimentRun, FaultKind, ProbeResult } from '../../protocol';

/** Who wants which experiment to be run on what. */
export interface RunOrder {
  id: string;
  experiment: string;
  title: string;
  path: string | null;
  workloadId: string;
  provider: ChaosProviderName;
  kind: FaultKind;
  trigger: ExperimentRun['trigger'];
  by: string;
}

export interface RecordPorts {
  nowMs(): number;
  /** Puts it on the disk, and tells everybody. */
  changed(run: ExperimentRun): void;
}

/** A run as it goes on; every change of it is saved and told at once. */
export class RunRecord {
  readonly #ports: RecordPorts;
  #run: ExperimentRun;

  constructor(order: RunOrder, ports: RecordPorts) {
    this.#ports = ports;
    this.#run = {
      ...order,
      phase: 'checking',
      startedAtMs: ports.nowMs(),
      injectedAtMs: null,
      confirmedAtMs: null,
      endedAtMs: null,
      recoveredAtMs: null,
      finishedAtMs: null,
      effect: null,
      probes: [],
      faultIds: [],
      log: [],
      verdict: null,
      resilienceScore: null,
      text: '',
    };
    this.change({}, `the run begins, by ${order.by}`);
  }

  get run(): ExperimentRun {
    return this.#run;
  }

  /** @param text what has happened, in words */
  change(changes: Partial<ExperimentRun>, text?: string): void {
    const entry = text === undefined ? [] : [{ atMs: this.#ports.nowMs(), text }];
    this.#run = { ...this.#run, ...changes, log: [...this.#run.log, ...entry] };
    this.#ports.changed(this.#run);
  }

  /**
   * Keeps readings: of each probe at each time the latest, but while the fault lasts the first failure. Nothing is
   * saved where only the figures of what still holds have moved.
   */
  addProbes(results: readonly ProbeResult[]): void {
    const before = this.#run.probes;
    const probes = results.reduce(withResult, before);
    const isNews =
      probes.length !== before.length ||
      probes.some((each, index) => each.outcome !== before[index]?.outcome);
    this.#run = { ...this.#run, probes };
    if (isNews) this.#ports.changed(this.#run);
  }
}

function withResult(kept: ProbeResult[], result: ProbeResult): ProbeResult[] {
  const index = kept.findIndex((each) => each.name === result.name && each.when === result.when);
  const before = kept[index];
  if (before === undefined) return [...kept, result];
  const stays = result.when === 'during' && before.outcome === 'failed';
  return stays ? kept : kept.with(index, result);
}
