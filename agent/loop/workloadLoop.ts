import type { Workload } from '../cluster/snapshot';
import type { WorkloadMetrics } from '../metrics/reading';
import {
  type Action,
  type DataState,
  describeAction,
  type Proposal,
  policyText,
  toErrorInfo,
  type WorkloadRef,
  workloadId,
} from '../protocol';
import { IncidentTracker } from './incidents';
import { orKnown } from './orKnown';
import { nextLookMs } from './pace';
import type { LoopPorts } from './ports';
import { ReplicaHistory } from './replicaHistory';
import { toSample, toWorkloadState } from './report';
import { sloOf, steeringOf } from './steering';
import type { Decision, Feedback, Observation, Outcome, Policy, ReadyObservation, TaskInput } from './task';

/** Why a look happens. */
export type Trigger = 'event' | 'interval';

/** A refused action is not proposed again sooner: the same "no" every few seconds would bury the journal. */
const REFUSAL_PAUSE_MS = 15_000;
/** An action that could not be carried out is tried again after twice, four times … the pause, but at most this. */
const MAX_FAILURE_PAUSE_MS = 600_000;

/** So long after something has happened a workload is looked at from close by, whatever its numbers say; cluster time. */
const ALERT_MS = 15_000;
/** What the watch shows waits no longer than this for metrics while the last ones are fresh; cluster time. */
const EVENT_PATIENCE_MS = 800;

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

/** `scheduled` for a time, `queued` for a free place, `looking`. */
type Stage = 'idle' | 'scheduled' | 'queued' | 'looking';

/** What was refused last, until when it is not proposed again, and how often it failed in a row. */
interface Refusal {
  action: string;
  untilMs: number;
  failures: number;
}

/** The loop of one workload: one look at a time, one action at a time, each measured before the next. */
export class WorkloadLoop<Facts> {
  readonly ref: WorkloadRef;
  readonly uid: string;
  readonly #id: string;
  readonly #ports: LoopPorts<Facts>;
  readonly #enqueue: (look: () => Promise<void>) => void;
  readonly #crowd: () => number;
  readonly #incidents: IncidentTracker;
  readonly #replicas: ReplicaHistory;
  readonly #aborter = new AbortController();
  #policy: Policy<Facts>;
  /** Whose proposal waits for a person. */
  #waiting: Proposal['policy'] | null = null;
  #phase: Phase<Facts> = { kind: 'watching' };
  #observation: Observation<Facts> | null = null;
  #metrics: WorkloadMetrics | null = null;
  #lastAction: { atMs: number; text: string } | null = null;
  #refusal: Refusal | null = null;
  #lastReason = '';
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

  /** @param crowd how many workloads are looked at from close by */
  constructor(
    workload: Workload,
    ports: LoopPorts<Facts>,
    enqueue: (look: () => Promise<void>) => void,
    crowd: () => number,
  ) {
    this.ref = workload.ref;
    this.uid = workload.uid;
    this.#id = workloadId(workload.ref);
    this.#ports = ports;
    this.#enqueue = enqueue;
    this.#crowd = crowd;
    this.#incidents = new IncidentTracker(this.#id);
    this.#replicas = new ReplicaHistory(workload, ports.clock.nowMs());
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
    if (trigger === 'event') this.#alertUntilMs = this.#ports.clock.nowMs() + ALERT_MS;
    if (this.#stage === 'looking' && trigger === 'event') this.#again = true;
    if (this.#stage !== 'idle' || this.#aborter.signal.aborted) return;
    this.#stage = 'scheduled';
    const delayMs = trigger === 'event' ? this.#ports.config().heal.eventDelay : 0;
    this.#cancelScheduled = this.#ports.clock.schedule(delayMs, () => {
      this.#stage = 'queued';
      this.#enqueue(() => this.#look(trigger));
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
    const { staleAfter } = this.#ports.config().guard;
    const nowMs = this.#ports.clock.nowMs();
    const metricsAtMs = this.#metrics?.atMs ?? null;
    if (metricsAtMs === null) {
      return { kind: 'none', reason: this.#metrics?.warnings[0] ?? 'no metrics yet' };
    }
    const watchAgeMs = this.#ports.watchAgeMs(this.ref.namespace);
    const atMs = Math.min(metricsAtMs, nowMs - watchAgeMs);
    if (watchAgeMs > staleAfter) return { kind: 'stale', atMs, reason: 'the API server has been silent' };
    if (nowMs - metricsAtMs > staleAfter) return { kind: 'stale', atMs, reason: 'the metrics are old' };
    return { kind: 'fresh', atMs: metricsAtMs };
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
        metrics: this.#metrics,
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
      this.#noteReason(`this look failed: ${toErrorInfo(error).message}`);
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
      metrics: this.#metrics,
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
    const known = this.#workload();
    if (!known || this.#aborter.signal.aborted) return;
    this.#lookedClose = this.#isSuspicious();
    this.#metrics = await this.#collect(known, trigger);
    // The watches went on while the metrics were fetched.
    const workload = this.#workload();
    if (!workload || this.#aborter.signal.aborted) return;
    const startedMs = this.#ports.monotonicMs();
    this.#replicas.observe(workload, clock.nowMs());
    const input = this.#input(workload, this.#metrics);
    const observation = task.observe(input);
    this.#observation = observation;
    this.#reportHealth(observation);
    const settling = this.#phase.kind === 'settling' ? this.#phase : null;
    await this.#decide(trigger, input, observation, startedMs);
    if (settling) await this.#measure(settling, observation, input.nowMs);
    this.publishState();
  }

  /** Never later than `EVENT_PATIENCE_MS` for an event: what comes later than that is for the next look. */
  async #collect(workload: Workload, trigger: Trigger): Promise<WorkloadMetrics> {
    const { clock, metrics } = this.#ports;
    const attention = this.#lookedClose ? 'close' : 'usual';
    const collecting = metrics.collect(workload, clock.nowMs(), this.#aborter.signal, attention);
    const known = this.#metrics;
    if (trigger !== 'event' || known === null || this.dataState().kind !== 'fresh') return collecting;
    const onLate = () => this.lookSoon('interval');
    return orKnown(collecting, known, { clock, patienceMs: EVENT_PATIENCE_MS, onLate });
  }

  async #decide(
    trigger: Trigger,
    input: TaskInput,
    observation: Observation<Facts>,
    startedMs: number,
  ): Promise<void> {
    if (observation.kind === 'no-data') {
      this.#ports.publish({ kind: 'sample', sample: toSample(this.#id, input, null) });
      this.#noteReason(`no data: ${observation.reason}`);
      return;
    }
    if (this.#phase.kind !== 'watching') {
      this.#publishSample(input, observation, { kind: 'none' });
      return;
    }
    const decision = this.#policy.decide(observation, input.nowMs);
    this.#publishSample(input, observation, decision.action);
    this.#journalDecision(trigger, observation, decision, this.#ports.monotonicMs() - startedMs);
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
    const text = describeAction(decision.action);
    if (this.#refusal?.action === text && input.nowMs < this.#refusal.untilMs) return;
    const plan = this.#ports.task.plan(decision.action, input);
    if (plan.kind === 'impossible') {
      this.#noteReason(`${text} is not possible: ${plan.why}`);
      return;
    }
    const proposal = await this.#ports.proposer.propose({
      workload: input.workload.ref,
      task: this.#ports.task.name,
      policy: { name: this.#policy.name, version: this.#policy.version },
      decision,
      plan,
    });
    if (proposal.state.kind === 'denied') this.#pause(decision.action, input.nowMs, 'denied');
  }

  #tell(feedback: Feedback): void {
    this.#policy.learn(feedback);
    this.#ports.task.feedback(this.#id, feedback);
  }

  #refused(action: Action, atMs: number, how: 'denied' | 'failed'): void {
    this.#tell({ kind: 'not-acted', action, atMs });
    this.#pause(action, atMs, how);
  }

  #pause(action: Action, atMs: number, how: 'denied' | 'failed'): void {
    const text = describeAction(action);
    const before = this.#refusal?.action === text ? this.#refusal.failures : 0;
    const failures = how === 'failed' ? before + 1 : before;
    const pauseMs =
      how === 'failed' ? Math.min(MAX_FAILURE_PAUSE_MS, REFUSAL_PAUSE_MS * 2 ** failures) : REFUSAL_PAUSE_MS;
    this.#refusal = { action: text, untilMs: atMs + pauseMs, failures };
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
    this.#refusal = null;
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
    const canBeMeasured = before !== null && after.kind === 'ready';
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
    if (event?.kind === 'opened') {
      const { id, symptom, faultId } = event.incident;
      this.#ports.record({ kind: 'incident-opened', workloadId: this.#id, incidentId: id, symptom, faultId });
    }
    if (event?.kind === 'closed') {
      const { id, detectedAtMs, faultAtMs, recoveredAtMs, actions } = event.incident;
      this.#ports.record({
        kind: 'incident-closed',
        workloadId: this.#id,
        incidentId: id,
        recoverySeconds: (recoveredAtMs - (faultAtMs ?? detectedAtMs)) / 1000,
        detectionSeconds: faultAtMs === null ? null : (detectedAtMs - faultAtMs) / 1000,
        actions,
      });
    }
  }

  /** Every wish to act is journaled, and why nothing is done about a workload that is not well, once. */
  #journalDecision(
    trigger: Trigger,
    observation: ReadyObservation<Facts>,
    decision: Decision,
    decisionMs: number,
  ): void {
    const idle = decision.action.kind === 'none';
    const key = idle ? withoutFigures(decision.reason) : describeAction(decision.action);
    if (key === this.#lastReason) return;
    this.#lastReason = key;
    if (idle && !isUnhealthy(observation)) return;
    this.#ports.record({
      kind: 'decision',
      workloadId: this.#id,
      task: this.#ports.task.name,
      policy: policyText(this.#policy),
      trigger,
      observationSpec: decision.seen?.spec ?? observation.spec.name,
      observation: [...(decision.seen?.values ?? observation.values)],
      action: decision.action,
      reason: decision.reason,
      confidence: decision.confidence,
      rewardTerms: { ...this.#ports.task.reward(observation, decision.action).terms },
      decisionMs,
    });
  }

  #noteReason(text: string): void {
    const key = withoutFigures(text);
    if (key === this.#lastReason) return;
    this.#lastReason = key;
    this.#ports.record({ kind: 'warning', workloadId: this.#id, text });
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

function isUnhealthy({ assessment }: ReadyObservation<unknown>): boolean {
  return assessment.health === 'degraded' || assessment.health === 'failing';
}

/** Two reasons that differ only in their figures are the same reason. */
function withoutFigures(text: string): string {
  return text.replace(/\d+(\.\d+)?/g, '#');
}
