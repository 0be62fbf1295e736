import { describeAction, type Proposal, policyText } from '../protocol';
import { isUnhealthy } from './health';
import type { IncidentEvent } from './incidents';
import type { LoopPorts } from './ports';
import type { Decision, ReadyObservation } from './task';
import type { Trigger } from './trigger';

export interface Decided<Facts> {
  trigger: Trigger;
  policy: Proposal['policy'];
  observation: ReadyObservation<Facts>;
  decision: Decision;
  decisionMs: number;
}

/** What the loop of one workload writes into the journal; the same thing once, however often it is seen. */
export class LoopJournal<Facts> {
  readonly #id: string;
  readonly #ports: Pick<LoopPorts<Facts>, 'record' | 'task'>;
  #lastReason = '';

  constructor(workloadId: string, ports: Pick<LoopPorts<Facts>, 'record' | 'task'>) {
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
  decision({ trigger, policy, observation, decision, decisionMs }: Decided<Facts>): void {
    const { record, task } = this.#ports;
    const idle = decision.action.kind === 'none';
    const key = idle ? withoutFigures(decision.reason) : describeAction(decision.action);
    if (key === this.#lastReason) return;
    this.#lastReason = key;
    if (idle && !isUnhealthy(observation)) return;
    record({
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
    });
  }

  /** Why nothing can be decided, or done. */
  obstacle(text: string): void {
    const key = withoutFigures(text);
    if (key === this.#lastReason) return;
    this.#lastReason = key;
    this.#ports.record({ kind: 'warning', workloadId: this.#id, text });
  }
}

/** Two reasons that differ only in their figures are the same reason. */
function withoutFigures(text: string): string {
  return text.replace(/\d+(\.\d+)?/g, '#');
}
