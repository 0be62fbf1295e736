import { describeAction, type JournalEvent, type Proposal, policyText } from '../protocol';
import { isUnhealthy } from './health';
import type { IncidentEvent } from './incidents';
import type { LoopPorts } from './ports';
import type { Decision, ReadyObservation, Task } from './task';
import type { Trigger } from './trigger';

export interface Decided<Facts> {
  trigger: Trigger;
  policy: Proposal['policy'];
  observation: ReadyObservation<Facts>;
  decision: Decision;
  decisionMs: number;
}

interface LoopJournalPorts<Facts> extends Pick<LoopPorts<Facts>, 'record'> {
  task: Pick<Task<Facts>, 'name' | 'reward'>;
}

/** What the loop of one workload writes into the journal; the same thing once, however often it is seen. */
export class LoopJournal<Facts> {
  readonly #id: string;
  readonly #ports: LoopJournalPorts<Facts>;
  #lastDecision = '';
  /** What stood in the way of that decision. */
  #lastObstacle = '';
  /** Why nothing could be decided, since the last decision. */
  #lastBlindness = '';

  constructor(workloadId: string, ports: LoopJournalPorts<Facts>) {
    this.#id = workloadId;
    this.#ports = ports;
  }

  incident(event: IncidentEvent): void {
    const workloadId = this.#id;
    if (event.kind === 'opened') {
      const { id: incidentId, symptom, faultId } = event.incident;
      this.#ports.record({ kind: 'incident-opened', workloadId, incidentId, symptom, faultId });
      return;
    }
    const { id, detectedAtMs, faultAtMs, recoveredAtMs, actions } = event.incident;
    this.#ports.record({
      kind: 'incident-closed',
      workloadId,
      incidentId: id,
      recoverySeconds: (recoveredAtMs - (faultAtMs ?? detectedAtMs)) / 1000,
      detectionSeconds: faultAtMs === null ? null : (detectedAtMs - faultAtMs) / 1000,
      actions,
    });
  }

  /** Every wish to act is journaled, and why nothing is done about a workload that is not well, once. */
  decision(decided: Decided<Facts>): void {
    const { decision, observation } = decided;
    const idle = decision.action.kind === 'none';
    const key = idle ? withoutFigures(decision.reason) : describeAction(decision.action);
    this.#lastBlindness = '';
    if (key === this.#lastDecision) return;
    // What cannot be journaled is not done: it is tried anew at the next look.
    if (!idle || isUnhealthy(observation)) this.#ports.record(this.#decided(decided));
    this.#lastDecision = key;
    this.#lastObstacle = '';
  }

  /** Why nothing can be decided. */
  blind(text: string): void {
    const key = withoutFigures(text);
    if (key !== this.#lastBlindness) this.#warn(text);
    this.#lastBlindness = key;
  }

  /** Why what was decided cannot be done: once for each decision, however often it is made again. */
  obstacle(text: string): void {
    const key = withoutFigures(text);
    if (key !== this.#lastObstacle) this.#warn(text);
    this.#lastObstacle = key;
  }

  #decided({ trigger, policy, observation, decision, decisionMs }: Decided<Facts>): JournalEvent {
    const { task } = this.#ports;
    return {
      kind: 'decision',
      workloadId: this.#id,
      task: task.name,
      policy: policyText(policy),
      trigger,
      observationSpec: decision.seen?.spec ?? observation.spec.name,
      observation: [...(decision.seen?.values ?? observation.values)],
      action: decision.action,
      reason: decision.reason,
      confidence: decision.confidence,
      rewardTerms: { ...task.reward(observation, decision.action).terms },
      decisionMs,
    };
  }

  #warn(text: string): void {
    this.#ports.record({ kind: 'warning', workloadId: this.#id, text });
  }
}

/** Two reasons that differ only in their figures are the same reason. */
function withoutFigures(text: string): string {
  return text.replace(/\d+(\.\d+)?/g, '#');
}
