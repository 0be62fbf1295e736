import { type Control, type Mode, workloadId } from '../protocol';
import type { ProposalBook } from './approvals';
import type { ReversibleChange } from './change';
import type { GateWorld } from './gateWorld';
import type { Circumstances, GuardInput, LiveHandover, RequestInput } from './guardInput';
import type { Ledger } from './ledger';
import { isOver } from './ownFaults';
import { canaryOf } from './releaseFacts';
import type { Wish } from './wish';

export interface JudgingPorts {
  world: GateWorld;
  ledger: Ledger;
  book: ProposalBook;
  state(): { mode: Mode; control: Control; settled: boolean };
  handover(workloadId: string): LiveHandover | null;
}

/** Gathers what the guard judges by, as things are at the moment that it is asked. */
export class Judging {
  readonly #ports: JudgingPorts;

  constructor(ports: JudgingPorts) {
    this.#ports = ports;
  }

  /** @param approvedBy who has agreed to this very wish */
  action(wish: Wish, expiresAtMs: number, approvedBy: string | null): GuardInput {
    const { workload: ref, task, action, change, confidence, outOfDistribution } = wish;
    const { world, ledger, book, handover } = this.#ports;
    const id = workloadId(ref);
    const request = this.request(change, approvedBy);
    const { workloads, releases } = world.snapshot();
    return {
      ...request,
      ref,
      workload: workloads.get(id),
      task,
      action,
      agentId: world.agentId,
      handover: handover(id),
      canaryOf: canaryOf(id, releases.values()),
      incidentOpen: world.hasIncident(id),
      faultRunning: this.faultOn([id]),
      confidence,
      outOfDistribution,
      expiresAtMs,
      data: world.dataState(id),
      watchAgeMs: world.watchAgeMs(ref.namespace),
      history: ledger.history(id),
      lastMinute: ledger.lastMinute(request.nowMs),
      podsLastMinute: ledger.podsLastMinute(id, request.nowMs),
      breaker: ledger.breaker,
      rejectedAtMs: book.rejectedAtMs(id, action),
    };
  }

  request(change: ReversibleChange, approvedBy: string | null): RequestInput {
    return { ...this.circumstances(approvedBy), change };
  }

  circumstances(approvedBy: string | null): Circumstances {
    const { world, state } = this.#ports;
    return {
      nowMs: world.clock.nowMs(),
      config: world.config(),
      ...state(),
      approvedBy,
      permissions: world.permissions(),
    };
  }

  /** On one of these. Whoever has made it: also a fault of others makes the load say nothing. */
  faultOn(ids: readonly string[]): string | null {
    const { world } = this.#ports;
    const fault = world
      .snapshot()
      .faults.find(
        (each) => !isOver(each) && each.state !== 'failed' && ids.includes(world.faultWorkload(each)),
      );
    return fault?.resource.name ?? null;
  }
}
