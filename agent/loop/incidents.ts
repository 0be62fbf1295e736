import type { Health, Incident } from '../protocol';

export type IncidentEvent =
  | { kind: 'opened'; incident: Incident }
  | { kind: 'closed'; incident: Incident & { recoveredAtMs: number } };

export interface HealthReport {
  health: Health;
  reason: string;
  nowMs: number;
  /** The fault that is known to be behind it, if any. */
  fault: { id: string; startedAtMs: number } | null;
}

/**
 * Turns a workload's health over time into incidents. One opens with the first unhealthy look, and closes when the
 * workload has looked healthy for `healthyForMs`; it counts as recovered from the first of those looks. Warming and
 * unknown neither open nor close one.
 */
export class IncidentTracker {
  readonly #workloadId: string;
  #current: Incident | null = null;
  #healthySinceMs: number | null = null;

  constructor(workloadId: string) {
    this.#workloadId = workloadId;
  }

  get current(): Incident | null {
    return this.#current;
  }

  report(report: HealthReport, healthyForMs: number): IncidentEvent | null {
    switch (report.health) {
      case 'degraded':
      case 'failing':
        this.#healthySinceMs = null;
        return this.#current ? null : this.#open(report);
      case 'healthy':
        return this.#current ? this.#closeIfSettled(this.#current, report.nowMs, healthyForMs) : null;
      case 'warming':
      case 'unknown':
        this.#healthySinceMs = null;
        return null;
    }
  }

  countAction(): void {
    if (this.#current) this.#current = { ...this.#current, actions: this.#current.actions + 1 };
  }

  #open({ reason, nowMs, fault }: HealthReport): IncidentEvent {
    this.#current = {
      id: `${this.#workloadId}@${Math.round(nowMs)}`,
      workloadId: this.#workloadId,
      symptom: reason,
      detectedAtMs: nowMs,
      faultAtMs: fault?.startedAtMs ?? null,
      faultId: fault?.id ?? null,
      recoveredAtMs: null,
      actions: 0,
    };
    return { kind: 'opened', incident: this.#current };
  }

  #closeIfSettled(incident: Incident, nowMs: number, healthyForMs: number): IncidentEvent | null {
    this.#healthySinceMs ??= nowMs;
    if (nowMs - this.#healthySinceMs < healthyForMs) return null;
    const closed = { ...incident, recoveredAtMs: this.#healthySinceMs };
    this.#current = null;
    this.#healthySinceMs = null;
    return { kind: 'closed', incident: closed };
  }
}
