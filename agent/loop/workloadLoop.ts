import type { Workload } from '../cluster/snapshot';
import type { WorkloadMetrics } from '../metrics/reading';
import {
  type Action,
  type DataState,
  describeAction,
  type Proposal,
  toErrorInfo,
  type WorkloadRef,
  workloadId,
} from '../protocol';
import { isUnhealthy } from './health';
import { IncidentTracker } from './incidents';
import { LoopJournal } from './loopJournal';
import { MetricsInHand } from './metricsInHand';
import { nextLookMs } from './pace';
import type { LoopPorts } from './ports';
import { Refusals } from './refusals';
import { ReplicaHistory } from './replicaHistory';
import { toSample, toWorkloadState } from './report';
import { sloOf, steeringOf } from './steering';
import type { Decision, Feedback, Observation, Outcome, Policy, ReadyObservation, TaskInput } from './task';
import type { Trigger } from './trigger';

/** So long after something has happened a workload is looked at from close by, whatever its numbers say; cluster time. */
const ALERT_MS = 15_000;

/** The state in which an action was taken, to measure its effect against. */
interface Beginning<Facts> {
  /** Null where there was no data. */
  before: ReadyObservation<Facts> | null;
  incidentId: string | null;
}

type Phase<Facts> =
  | { kind: 'watching' }
  /** An action is being carried out. */
  | { kind: 'acting'; beginning: Beginning<Facts> }
  /** An action was carried out, and its effect is awaited. Nothing else is decided meanwhile. */
  | { kind: 'settling'; proposal: Proposal; beginning: Beginning<Facts>; untilMs: number };

/** `scheduled` for a time, or `looking`. */
type Stage = 'idle' | 'scheduled' | 'looking';

/** The loop of one workload: one look at a time, one action at a time, each measured before the next. */
export class WorkloadLoop<Facts> {
  readonly ref: WorkloadRef;
  readonly uid: string;
  readonly #id: string;
  readonly #ports: LoopPorts<Facts>;
  readonly #crowd: () => number;
  readonly #incidents: IncidentTracker;
  readonly #replicas: ReplicaHistory;
  readonly #inHand: MetricsInHand;
  readonly #journal: LoopJournal<Facts>;
  readonly #refusals = new Refusals();
  readonly #aborter = new AbortController();
  #policy: Policy<Facts>;
  /** Whose proposal waits for a person. */
  #waiting: Proposal['policy'] | null = null;
  #phase: Phase<Facts> = { kind: 'watching' };
  #observation: Observation<Facts> | null = null;
  #lastAction: { atMs: number; text: string } | null = null;
  #alertUntilMs = Number.NEGATIVE_INFINITY;
  /** Whether the last look was one from close by. */
  #lookedClose = false;
  /** Whether the next look is planned as one from close by. */
  #isClose = false;
  #cancelPlanned: () => void = () => undefined;
  #stage: Stage = 'idle';
  #cancelScheduled: () => void = () => undefined;
  /** An event came while looking: what was seen may be outdated. */
  #again = false;

  /**
   * @param enqueue collects metrics when a place is free
   * @param crowd how many workloads are looked at from close by
   */
  constructor(
    workload: Workload,
    ports: LoopPorts<Facts>,
    enqueue: (collect: () => Promise<void>) => void,
    crowd: () => number,
  ) {
    this.ref = workload.ref;
    this.uid = workload.uid;
    this.#id = workloadId(workload.ref);
    this.#ports = ports;
    this.#crowd = crowd;
    this.#incidents = new IncidentTracker(this.#id);
    this.#journal = new LoopJournal(this.#id, ports);
    const left = ports.replicasLeft(this.#id);
    this.#replicas = new ReplicaHistory(workload, ports.clock.nowMs(), left?.uid === this.uid ? left : null);
    this.#inHand = new MetricsInHand({
      ...ports,
      namespace: this.ref.namespace,
      signal: this.#aborter.signal,
      workload: () => this.#workload(),
      enqueue,
      onLate: () => this.lookSoon('interval'),
    });
    this.#policy = ports.task.createPolicy(this.#id);
  }

  get isClose(): boolean {
    return this.#isClose;
  }

  stop(): void {
    this.#aborter.abort(new Error('the loop has stopped'));
    this.#cancelScheduled();
    this.#cancelPlanned();
  }

  /** A policy remembers what it has seen and tried, so that only another one takes its place. */
  configChanged(): void {
    const policy = this.#ports.task.createPolicy(this.#id);
    if (!isSamePolicy(policy, this.#policy)) this.#policy = policy;
    this.lookSoon('event');
  }

  /** Looks after a short while, in which further events are gathered. One look at most is on its way. */
  lookSoon(trigger: Trigger): void {
    const { clock, config } = this.#ports;
    if (trigger === 'event') this.#alertUntilMs = clock.nowMs() + ALERT_MS;
    if (this.#aborter.signal.aborted) return;
    const delayMs = trigger === 'event' ? config().heal.eventDelay : 0;
    if (this.#stage === 'looking' && trigger === 'event') {
      this.#again = true;
      // It may be waiting for a Prometheus that hangs.
      clock.schedule(delayMs, this.#inHand.goOn);
    }
    if (this.#stage !== 'idle') return;
    this.#stage = 'scheduled';
    this.#cancelScheduled = clock.schedule(delayMs, () => {
      this.#look(trigger).catch((error: unknown) => this.#ports.onError(toErrorInfo(error)));
    });
  }

  proposalChanged(proposal: Proposal): void {
    const { action, state } = proposal;
    this.#waiting = state.kind === 'pending' ? proposal.policy : null;
    switch (state.kind) {
      case 'executing':
        this.#phase = { kind: 'acting', beginning: this.#beginning() };
        if (action.kind === 'scale') this.#replicas.scaling(action.to);
        return;
      case 'acted':
        this.#acted(proposal);
        return;
      case 'failed':
        this.#phase = { kind: 'watching' };
        if (action.kind === 'scale') this.#replicas.notScaled();
        this.#refused(action, state.atMs, 'failed');
        return;
      case 'rejected':
      case 'expired':
        this.#refused(action, state.atMs, 'denied');
    }
  }

  dataState(): DataState {
    return this.#inHand.state();
  }

  publishState(): void {
    const workload = this.#workload();
    if (!workload || this.#aborter.signal.aborted) return;
    this.#ports.publish({
      kind: 'workload',
      workload: toWorkloadState({
        workload,
        config: this.#ports.config(),
        task: this.#ports.task.name,
        policy: this.#policy,
        data: this.dataState(),
        assessment: this.#observation?.assessment ?? null,
        metrics: this.#inHand.latest,
        incident: this.#incidents.current,
        lastAction: this.#lastAction,
      }),
    });
  }

  /** Rejects only where the failure of a look cannot be recorded. */
  async #look(trigger: Trigger): Promise<void> {
    this.#stage = 'looking';
    try {
      await this.#lookOnce(trigger);
    } catch (error) {
      if (this.#aborter.signal.aborted) return;
      this.#journal.blind(`this look failed: ${toErrorInfo(error).message}`);
      this.publishState();
    } finally {
      this.#stage = 'idle';
      if (this.#again) this.lookSoon('event');
      this.#again = false;
      this.#planNext();
    }
  }

  /** What looks suspicious from afar is looked at from close by at once. */
  #planNext(): void {
    this.#cancelPlanned();
    const { clock } = this.#ports;
    if (this.#aborter.signal.aborted) return;
    const config = this.#ports.config();
    const acting = steeringOf(this.ref, config).kind === 'act';
    const close = this.#isSuspicious();
    this.#isClose = acting && close;
    const pace = {
      nowMs: clock.nowMs(),
      config,
      acting,
      close,
      crowd: this.#crowd(),
      metrics: this.#inHand.latest,
    };
    const delayMs = acting && close && !this.#lookedClose ? 0 : nextLookMs(pace);
    this.#cancelPlanned = clock.schedule(delayMs, () => this.lookSoon('interval'));
  }

  #isSuspicious(): boolean {
    return (
      this.#ports.clock.nowMs() < this.#alertUntilMs ||
      this.#incidents.current !== null ||
      this.#phase.kind !== 'watching' ||
      this.#observation?.assessment.suspicious === true
    );
  }

  async #lookOnce(trigger: Trigger): Promise<void> {
    const { clock, task } = this.#ports;
    if (!this.#workload() || this.#aborter.signal.aborted) return;
    this.#lookedClose = this.#isSuspicious();
    const metrics = await this.#inHand.collect(trigger, this.#lookedClose ? 'close' : 'usual');
    // The watches went on while the metrics were fetched.
    const workload = this.#workload();
    if (!workload || this.#aborter.signal.aborted) return;
    const startedMs = this.#ports.monotonicMs();
    this.#replicas.observe(workload, clock.nowMs());
    const input = this.#input(workload, metrics);
    const observation = task.observe(input);
    this.#observation = observation;
    this.#reportHealth(observation);
    const settling = this.#phase.kind === 'settling' ? this.#phase : null;
    await this.#decide(trigger, input, observation, startedMs);
    if (settling) await this.#measure(settling, observation, input.nowMs);
    this.publishState();
  }

  async #decide(
    trigger: Trigger,
    input: TaskInput,
    observation: Observation<Facts>,
    startedMs: number,
  ): Promise<void> {
    if (observation.kind === 'no-data') {
      this.#ports.publish({ kind: 'sample', sample: toSample(this.#id, input, null) });
      this.#journal.blind(`no data: ${observation.reason}`);
      return;
    }
    if (this.#phase.kind !== 'watching') {
      this.#publishSample(input, observation, { kind: 'none' });
      return;
    }
    const decision = this.#policy.decide(observation, input.nowMs);
    this.#publishSample(input, observation, decision.action);
    const decisionMs = this.#ports.monotonicMs() - startedMs;
    this.#journal.decision({ trigger, policy: this.#policy, observation, decision, decisionMs });
    if (decision.action.kind === 'none') {
      this.#withdraw(observation, decision.reason);
      return;
    }
    await this.#propose(input, decision);
  }

  /** What another policy has proposed before the switch stays a person's to decide while the need lasts. */
  #withdraw(observation: ReadyObservation<Facts>, reason: string): void {
    const isOwn = this.#waiting === null || isSamePolicy(this.#waiting, this.#policy);
    if (isOwn || !isUnhealthy(observation)) {
      this.#ports.proposer.withdraw(this.#id, `no longer needed: ${reason}`, this.#ports.task.name);
    }
  }

  async #propose(input: TaskInput, decision: Decision): Promise<void> {
    if (this.#refusals.isResting(decision.action, input.nowMs)) return;
    const plan = this.#ports.task.plan(decision.action, input);
    if (plan.kind === 'impossible') {
      this.#journal.obstacle(`${describeAction(decision.action)} is not possible: ${plan.why}`);
      return;
    }
    const proposal = await this.#ports.proposer.propose({
      workload: input.workload.ref,
      task: this.#ports.task.name,
      policy: { name: this.#policy.name, version: this.#policy.version },
      decision,
      plan,
    });
    if (proposal.state.kind === 'denied') this.#refusals.refused(decision.action, input.nowMs, 'denied');
  }

  #tell(feedback: Feedback): void {
    this.#policy.learn(feedback);
    this.#ports.task.feedback(this.#id, feedback);
  }

  #refused(action: Action, atMs: number, how: 'denied' | 'failed'): void {
    this.#tell({ kind: 'not-acted', action, atMs });
    this.#refusals.refused(action, atMs, how);
  }

  #beginning(): Beginning<Facts> {
    const observation = this.#observation;
    return {
      before: observation?.kind === 'ready' ? observation : null,
      incidentId: this.#incidents.current?.id ?? null,
    };
  }

  #acted(proposal: Proposal): void {
    const nowMs = this.#ports.clock.nowMs();
    const beginning = this.#phase.kind === 'acting' ? this.#phase.beginning : this.#beginning();
    const untilMs = nowMs + this.#ports.config().heal.settle;
    this.#phase = { kind: 'settling', proposal, beginning, untilMs };
    this.#lastAction = { atMs: nowMs, text: describeAction(proposal.action) };
    this.#refusals.forget();
    this.#incidents.countAction();
    this.#tell({ kind: 'acted', action: proposal.action, atMs: nowMs });
    this.publishState();
  }

  /** The effect shows when the time to settle is over, or once the incident that led to the action is. */
  async #measure(
    phase: Extract<Phase<Facts>, { kind: 'settling' }>,
    after: Observation<Facts>,
    nowMs: number,
  ): Promise<void> {
    const { before, incidentId } = phase.beginning;
    const { action, id } = phase.proposal;
    const isOver = incidentId !== null && this.#incidents.current?.id !== incidentId;
    if (nowMs < phase.untilMs && !isOver) return;
    // What was asked for before the action tells nothing of it.
    const isSinceAction = this.#inHand.isSince(this.#lastAction?.atMs ?? 0);
    const canBeMeasured = before !== null && after.kind === 'ready' && isSinceAction;
    // Data that is missing may come back: it gets as much time again.
    if (!canBeMeasured && nowMs < phase.untilMs + this.#ports.config().heal.settle) return;
    this.#phase = { kind: 'watching' };
    const outcome: Outcome = canBeMeasured
      ? this.#ports.task.measure(before, after, action)
      : { kind: 'unknown', text: 'there was no data to measure it with' };
    this.#tell({ kind: 'measured', action, outcome: outcome.kind, atMs: nowMs });
    await this.#ports.proposer.recordOutcome(id, outcome);
  }

  #reportHealth(observation: Observation<Facts>): void {
    const { health, reason } = observation.assessment;
    const nowMs = this.#ports.clock.nowMs();
    const fault = this.#ports.faultBehind(this.#id);
    const event = this.#incidents.report(
      { health, reason, nowMs, fault },
      this.#ports.config().heal.healthyFor,
    );
    if (event) this.#journal.incident(event);
  }

  #publishSample(input: TaskInput, observation: ReadyObservation<Facts>, action: Action): void {
    const reward = this.#ports.task.reward(observation, action);
    this.#ports.publish({ kind: 'sample', sample: toSample(this.#id, input, reward) });
  }

  #input(workload: Workload, metrics: WorkloadMetrics): TaskInput {
    return {
      nowMs: this.#ports.clock.nowMs(),
      workload,
      cluster: this.#ports.snapshot(),
      metrics,
      lastActionAtMs: this.#lastAction?.atMs ?? null,
      unhealthySinceMs: this.#incidents.current?.detectedAtMs ?? null,
      growingSinceMs: this.#replicas.growingSinceMs,
      baseReplicas: this.#replicas.base,
      slo: sloOf(this.ref, this.#ports.config()),
    };
  }

  #workload(): Workload | undefined {
    return this.#ports.snapshot().workloads.get(this.#id);
  }
}

function isSamePolicy(a: Proposal['policy'], b: Proposal['policy']): boolean {
  return a.name === b.name && a.version === b.version;
}
