import { aPod, aWorkload, fresh, podMetrics, someMetrics } from '../../../../test/support/builders';
import { FakeClock } from '../../../../test/support/fakeClock';
import type { Workload } from '../../../cluster/snapshot';
import type { ExperimentRun, Fault, ProbeResult } from '../../../protocol';
import type { RunnerPorts } from '../experimentRunner';

const PODS = [aPod('a'), aPod('b')];

/** A cluster in which a fault does what a test wants; time stands until it is advanced. */
export class RunWorld implements RunnerPorts {
  readonly clock = new FakeClock();
  readonly changes: ExperimentRun[] = [];
  readonly ended: string[] = [];
  target: Workload | undefined = aWorkload(PODS);
  cpu = 0.5;
  /** By the name of a probe; those that have none pass. */
  outcomes: Record<string, ProbeResult['outcome']> = {};
  current: Fault | null = null;
  trouble = '';
  there = false;
  onInject: () => void = () => this.setFault('running');
  onEnd: () => void = () => this.gone();

  nowMs = () => this.clock.nowMs();
  intervalMs = () => 5000;
  workload = () => this.target;
  facts = async () => ({
    atMs: this.nowMs(),
    workload: this.target,
    nodes: new Map(),
    metrics: someMetrics({ a: podMetrics({ cpuUtilisation: fresh(this.cpu) }) }),
  });
  probe: RunnerPorts['probe'] = async ({ name }, _, when) => ({
    name,
    when,
    atMs: this.nowMs(),
    outcome: this.outcomes[name] ?? 'passed',
    asked: name,
    found: 'what it found',
    expected: 'what it expects',
  });
  inject: RunnerPorts['inject'] = async () => {
    this.onInject();
    return this.current ?? this.setFault('starting');
  };
  fault = (id: string) =>
    this.current?.id === id ? { fault: this.current, trouble: this.trouble } : undefined;
  isThere = () => this.there;
  end = async (id: string): Promise<void> => {
    this.ended.push(id);
    this.onEnd();
  };
  changed = (run: ExperimentRun) => {
    this.changes.push(run);
  };

  setFault(state: Fault['state']): Fault {
    this.there = true;
    this.current = {
      id: 'f',
      workloadId: 'shop/Deployment/checkout',
      kind: 'cpu-stress',
      provider: 'chaos-mesh',
      runId: 'r',
      pods: ['a'],
      startedAtMs: this.nowMs(),
      endedAtMs: state === 'ended' ? this.nowMs() : null,
      state,
      text: 'CPU stress on 1 pod',
    };
    return this.current;
  }

  gone(): void {
    this.there = false;
    if (this.current) this.current = { ...this.current, state: 'ended', endedAtMs: this.nowMs() };
  }
}
