import type { Workload } from '../cluster/snapshot';
import type { WorkloadMetrics } from '../metrics/reading';
import {
  type Action,
  type DataState,
  describeAction,
  type Proposal,
  type WorkloadRef,
  workloadId,
} from '../protocol';
import { IncidentTracker } from './incidents';
import type { LoopPorts } from './ports';
import { ReplicaHistory } from './replicaHistory';
import { toSample, toWorkloadState } from './report';
import { sloOf } from './steering';
import type { Decision, Observation, Policy, ReadyObservation, TaskInput } from './task';

/** Why a look happens. */
export type Trigger = 'event' | 'interval';

/** A denied action is not proposed again sooner: the same "no" every few seconds would bury the journal. */
const DENIAL_PAUSE_MS = 15_000;

type Phase<Facts> =
  | { kind: 'watching' }
  /** An action is being carried out. */
  | { kind: 'acting' }
  /** An action was carried out, and its effect is awaited. Nothing else is decided meanwhile. */
  | { kind: 'settling'; proposal: Proposal; before: ReadyObservation<Facts>; untilMs: number };

/** The loop of one workload: one look at a time, one action at a time, each measured before the next. */
export class WorkloadLoop<Facts> {
  readonly ref: WorkloadRef;
  readonly #id: string;
  readonly #ports: LoopPorts<Facts>;
  readonly #enqueue: (look: () => Promise<void>) => void;
  readonly #incidents: IncidentTracker;
  readonly #replicas: ReplicaHistory;
  readonly #aborter = new AbortController();
  #policy: Policy<Facts>;
  #phase: Phase<Facts> = { kind: 'watching' };
  #observation: Observation<Facts> | null = null;
  #metrics: WorkloadMetrics | null = null;
  #lastAction: { atMs: number; text: string } | null = null;
  #lastDenial: { action: string; atMs: number } | null = null;
  #lastReason = '';
  #lastLookMs = Number.NEGATIVE_INFINITY;
  #scheduled: (() => void) | null = null;
  #looking = false;
  #again: Trigger | null = null;

  constructor(workload: Workload, ports: LoopPorts<Facts>, enqueue: (look: () => Promise<void>) => void) {
    this.ref = workload.ref;
    this.#id = workloadId(workload.ref);
    this.#ports = ports;
    this.#enqueue = enqueue;
    this.#incidents = new IncidentTracker(this.#id);
    this.#replicas = new ReplicaHistory(workload, ports.clock.nowMs());
    this.#policy = ports.task.createPolicy(this.#id);
  }

  stop(): void {
    this.#aborter.abort(new Error('the loop has stopped'));
    this.#scheduled?.();
  }

  configChanged(): void {
    this.#policy = this.#ports.task.createPolicy(this.#id);
    this.lookSoon('event');
  }

  sinceLookMs(): number {
    return this.#ports.clock.nowMs() - this.#lastLookMs;
  }

  /** Looks after a short while, in which further events are gathered. */
  lookSoon(trigger: Trigger): void {
    if (this.#scheduled || this.#aborter.signal.aborted) return;
    const delayMs = trigger === 'event' ? this.#ports.config().heal.eventDelay : 0;
    this.#scheduled = this.#ports.clock.schedule(delayMs, () => {
      this.#scheduled = null;
      this.#enqueue(() => this.#look(trigger));
    });
  }

  proposalChanged(proposal: Proposal): void {
    const { state } = proposal;
    if (state.kind === 'executing') this.#phase = { kind: 'acting' };
    if (state.kind === 'acted') this.#acted(proposal);
    if (state.kind === 'rejected' || state.kind === 'expired' || state.kind === 'failed') {
      if (state.kind === 'failed') this.#phase = { kind: 'watching' };
      this.#policy.learn({ kind: 'not-acted', action: proposal.action, atMs: state.atMs });
      this.#lastDenial = { action: describeAction(proposal.action), atMs: state.atMs };
    }
  }

  dataState(): DataState {
    const { staleAfter } = this.#ports.config().guard;
    const nowMs = this.#ports.clock.nowMs();
    const metricsAtMs = this.#metrics?.atMs ?? null;
    if (metricsAtMs === null) {
      return { kind: 'none', reason: this.#metrics?.warnings[0] ?? 'no metrics yet' };
    }
    const watchAgeMs = this.#ports.watchAgeMs();
    const atMs = Math.min(metricsAtMs, nowMs - watchAgeMs);
    if (watchAgeMs > staleAfter) return { kind: 'stale', atMs, reason: 'the API server has been silent' };
    if (nowMs - metricsAtMs > staleAfter) return { kind: 'stale', atMs, reason: 'the metrics are old' };
    return { kind: 'fresh', atMs: metricsAtMs };
  }

  publishState(): void {
    const workload = this.#workload();
    if (!workload) return;
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

  async #look(trigger: Trigger): Promise<void> {
    if (this.#looking) {
      this.#again = trigger;
      return;
    }
    this.#looking = true;
    try {
      await this.#lookOnce(trigger);
    } catch (error) {
      if (this.#aborter.signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      this.#ports.record({ kind: 'warning', workloadId: this.#id, text: `this look failed: ${why}` });
    } finally {
      this.#looking = false;
      const again = this.#again;
      this.#again = null;
      if (again) this.lookSoon(again);
    }
  }

  async #lookOnce(trigger: Trigger): Promise<void> {
    const { clock, metrics, task } = this.#ports;
    const known = this.#workload();
    if (!known) return;
    this.#metrics = await metrics.collect(known, clock.nowMs(), this.#aborter.signal);
    // The watches went on while the metrics were fetched.
    const workload = this.#workload();
    if (!workload || this.#aborter.signal.aborted) return;
    const startedMs = this.#ports.monotonicMs();
    this.#lastLookMs = clock.nowMs();
    this.#replicas.observe(workload, this.#lastLookMs);
    const input = this.#input(workload, this.#metrics);
    const observation = task.observe(input);
    this.#observation = observation;
    this.#reportHealth(observation);
    await this.#decide(trigger, input, observation, startedMs);
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
      this.#noteReason(`no data: ${observation.reason}`);
      return;
    }
    const nowMs = input.nowMs;
    if (this.#phase.kind !== 'watching') {
      this.#publishSample(input, observation, { kind: 'none' });
      if (this.#phase.kind === 'settling') await this.#measure(this.#phase, observation, nowMs);
      return;
    }
    const decision = this.#policy.decide(observation, nowMs);
    this.#publishSample(input, observation, decision.action);
    this.#journalDecision(trigger, observation, decision, this.#ports.monotonicMs() - startedMs);
    if (decision.action.kind === 'none') {
      this.#ports.proposer.withdraw(this.#id, `no longer needed: ${decision.reason}`);
      return;
    }
    await this.#propose(input, decision);
  }

  async #propose(input: TaskInput, decision: Decision): Promise<void> {
    const text = describeAction(decision.action);
    const denial = this.#lastDenial;
    if (denial?.action === text && input.nowMs - denial.atMs < DENIAL_PAUSE_MS) return;
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
    if (proposal.state.kind === 'denied') this.#lastDenial = { action: text, atMs: input.nowMs };
  }

  #acted(proposal: Proposal): void {
    const observation = this.#observation;
    const nowMs = this.#ports.clock.nowMs();
    this.#lastAction = { atMs: nowMs, text: describeAction(proposal.action) };
    this.#lastDenial = null;
    this.#incidents.countAction();
    this.#policy.learn({ kind: 'acted', action: proposal.action, atMs: nowMs });
    if (proposal.action.kind === 'scale') this.#replicas.scaled(proposal.action.to);
    const untilMs = nowMs + this.#ports.config().heal.settle;
    this.#phase =
      observation?.kind === 'ready'
        ? { kind: 'settling', proposal, before: observation, untilMs }
        : { kind: 'watching' };
    this.publishState();
  }

  async #measure(
    phase: Extract<Phase<Facts>, { kind: 'settling' }>,
    after: ReadyObservation<Facts>,
    nowMs: number,
  ): Promise<void> {
    const recoveredEarly = after.assessment.health === 'healthy' && this.#incidents.current === null;
    if (nowMs < phase.untilMs && !recoveredEarly) return;
    this.#phase = { kind: 'watching' };
    const outcome = this.#ports.task.measure(phase.before, after, phase.proposal.action);
    this.#policy.learn({
      kind: 'measured',
      action: phase.proposal.action,
      outcome: outcome.kind,
      atMs: nowMs,
    });
    await this.#ports.proposer.recordOutcome(phase.proposal.id, outcome);
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
      policy: `${this.#policy.name} v${this.#policy.version}`,
      trigger,
      observationSpec: observation.spec.name,
      observation: [...observation.values],
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

function isUnhealthy({ assessment }: ReadyObservation<unknown>): boolean {
  return assessment.health === 'degraded' || assessment.health === 'failing';
}

/** Two reasons that differ only in their figures are the same reason. */
function withoutFigures(text: string): string {
  return text.replace(/\d+(\.\d+)?/g, '#');
}
