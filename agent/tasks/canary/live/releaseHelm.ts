import type { Release } from '../../../cluster/releases';
import {
  CoxswainError,
  describeOperation,
  type Proposal,
  policyText,
  type ReleaseOperation,
  type Result,
  type WorkloadRef,
  workloadId,
} from '../../../protocol';
import { capitalised, sentence } from '../../../protocol/format';
import type { ReleaseDraft, ReleaseEvidenceFacts } from '../../../safety/releaseDraft';
import type { ReleaseReturn } from '../../../safety/releaseReturn';
import { endText, refusedBy } from '../../scale/live/proposalTexts';
import type { GateKind } from '../hooks/gateServer';
import { impossible, type Planned } from '../operations/plan';
import { type AnyOperationContext, planOperation } from '../operations/planOperation';
import type { PacePolicy, PaceWish } from '../pace/pacePolicy';
import type { FlaggerPasses } from './flaggerPasses';
import { argoLadder } from './ladder';
import type { Move } from './nextMove';
import { openingOf } from './openingOf';
import type { ReleasePorts } from './releasePorts';

/** A decision with all that it was made by. */
export interface Decided {
  move: Move;
  policy: Pick<PacePolicy, 'name' | 'version'>;
  wish: PaceWish;
  evidence: ReleaseEvidenceFacts | null;
  /** Wall time. */
  decisionMs: number;
}

const NOT_ASKED = 'Flagger has not asked the gate yet';
/** What is only thought is journaled no more often, cluster time. */
const SHADOW_TELLS_EVERY_MS = 600_000;
const VERDICT = { name: 'evidence', version: '1' };

/** What the controller does to one release, and has people do: through the gate alone. */
export class ReleaseHelm {
  readonly #ref: WorkloadRef;
  readonly #id: string;
  readonly #ports: ReleasePorts;
  readonly #passes: FlaggerPasses;
  #lastTold = '';
  #lastThought = '';
  #thoughtAtMs = Number.NEGATIVE_INFINITY;
  #hasProposed = false;

  /** @param passes of a Canary of Flagger */
  constructor(ref: WorkloadRef, ports: ReleasePorts, passes: FlaggerPasses) {
    this.#passes = passes;
    this.#ref = ref;
    this.#id = workloadId(ref);
    this.#ports = ports;
  }

  /** Another release: what was told of the last one does not count. */
  begin(): void {
    this.#lastTold = this.#lastThought = '';
    this.#thoughtAtMs = Number.NEGATIVE_INFINITY;
  }

  /** Does what was decided. @returns what has become of it, in words; null where it was done, or there was nothing to do */
  async act(decided: Decided, release: Release): Promise<string | null> {
    const operation = operationOf(decided.move, release, this.#passes.asked);
    if (operation === null) {
      this.#withdraw(decided.move.reason);
      return release.operator === 'flagger' && this.#passes.asked === null ? NOT_ASKED : null;
    }
    // What was agreed to waits for Flagger's next look.
    if (operation.kind === 'open-gate' && this.#passes.isOpen(operation, this.#ports.gate.mode)) return null;
    const planned = planOperation(release, operation, this.#context('auto'));
    if (planned.kind === 'impossible') return `cannot ${describeOperation(operation)}: ${planned.why}`;
    const draft = this.#draft(decided, operation, planned.plan);
    this.#tell(decided, operation, draft);
    this.#hasProposed = true;
    const proposal = await this.#ports.gate.proposeRelease(draft);
    // What was done is as it was decided.
    return proposal.state.kind === 'acted' ? null : endText(proposal);
  }

  /** What is only thought is told when it changes, and not too often. */
  think(decided: Decided, release: Release): void {
    const operation = operationOf(decided.move, release, this.#passes.asked);
    const thought = JSON.stringify(operation ?? decided.move.kind);
    if (thought === this.#lastThought) return;
    this.#lastThought = thought;
    const nowMs = this.#ports.clock.nowMs();
    const isUrgent = decided.move.kind === 'roll-back';
    if (operation === null || (!isUrgent && nowMs - this.#thoughtAtMs < SHADOW_TELLS_EVERY_MS)) return;
    this.#thoughtAtMs = nowMs;
    this.#journal(decided, operation, 'shadow');
  }

  /** A person wants it. @throws CoxswainError `conflict` where it makes no sense, `guard-denied` */
  async order(
    operation: ReleaseOperation,
    release: Release,
    evidence: ReleaseEvidenceFacts | null,
    order: { by: string; confirmed: boolean },
  ): Promise<Result<'releaseOperation'>> {
    const planned: Planned =
      operation.kind === 'open-gate'
        ? impossible('the gate opens by the evidence; promote the canary in its place')
        : planOperation(release, operation, this.#context(order.by));
    if (planned.kind === 'impossible') {
      throw new CoxswainError(
        'conflict',
        `Not possible now: ${planned.why}.`,
        'Look at the release, and try again once it is different.',
      );
    }
    const needsNoYes = operation.kind === 'abort' || operation.kind === 'rollback';
    const proposal = await this.#ports.gate.proposeRelease({
      release: this.#ref,
      policy: { name: 'person', version: '' },
      operation,
      decision: {
        action: { kind: 'release', operation },
        reason: `${order.by} wants it`,
        confidence: 1,
        alternatives: [],
        contributions: [],
      },
      plan: planned.plan,
      evidence,
      orderedBy: order.confirmed || needsNoYes ? order.by : null,
    });
    if (proposal.state.kind === 'denied') throw needsTelling(proposal) ?? refusedBy(proposal);
    return { proposal, text: proposal.state.kind === 'acted' ? actedText(operation) : endText(proposal) };
  }

  /** What aborts it at once; null where that makes no sense. */
  abortion(release: Release): ReleaseReturn | null {
    const operation = { kind: 'abort' } as const;
    const planned = planOperation(release, operation, this.#context('auto'));
    if (planned.kind === 'impossible') return null;
    return { release: this.#ref, operation, changes: planned.plan.changes };
  }

  #context(by: string): AnyOperationContext {
    const { clock, config, newId, snapshot } = this.#ports;
    return { nowMs: clock.nowMs(), config: config(), by, newId, snapshot: snapshot() };
  }

  #draft(decided: Decided, operation: ReleaseOperation, plan: ReleaseDraft['plan']): ReleaseDraft {
    const { move, policy, wish, evidence } = decided;
    const isPace = move.kind === 'weight';
    return {
      release: this.#ref,
      policy: isPace ? { name: policy.name, version: policy.version } : VERDICT,
      operation,
      decision: {
        action: { kind: 'release', operation },
        reason: move.reason,
        // The tests say how sure they are by their bars.
        confidence: isPace ? wish.confidence : 1,
        alternatives: isPace ? wish.alternatives : [],
        contributions: [],
        seen: wish.seen,
        ...(isPace && typeof wish.outOfDistribution === 'number'
          ? { outOfDistribution: wish.outOfDistribution }
          : {}),
      },
      plan,
      evidence,
      orderedBy: null,
    };
  }

  #withdraw(why: string): void {
    if (!this.#hasProposed) return;
    this.#hasProposed = false;
    this.#lastTold = '';
    this.#ports.gate.withdraw(this.#id, why, 'canary');
  }

  /** A wish that waits for a person is made anew in every interval, and told once. */
  #tell(decided: Decided, operation: ReleaseOperation, { decision }: ReleaseDraft): void {
    const told = JSON.stringify(decision.action);
    if (told === this.#lastTold) return;
    this.#lastTold = told;
    this.#journal(decided, operation, 'step');
  }

  #journal({ move, policy, wish, decisionMs }: Decided, operation: ReleaseOperation, trigger: string): void {
    const isPace = move.kind === 'weight';
    this.#ports.record({
      kind: 'decision',
      workloadId: this.#id,
      task: 'canary',
      policy: policyText(isPace ? { name: policy.name, version: policy.version } : VERDICT),
      trigger,
      observationSpec: wish.seen.spec,
      observation: [...wish.seen.values],
      action: { kind: 'release', operation },
      reason: move.reason,
      confidence: isPace ? wish.confidence : 1,
      rewardTerms: {},
      decisionMs,
    });
  }
}

/**
 * What a move is for whoever moves the traffic. A Rollout goes on from pause to pause by its own steps, and at harm it
 * is aborted; Flagger is not written to: it asks the gate, which is opened. Null where there is nothing to do.
 *
 * @param asked what Flagger has asked last; null where it asks nothing
 */
function operationOf(move: Move, release: Release, asked: GateKind | null): ReleaseOperation | null {
  switch (release.operator) {
    case 'coxswain':
      return managedOperation(move);
    case 'argo-rollouts':
      if (move.kind === 'roll-back') return { kind: 'abort' };
      return (move.kind === 'weight' || move.kind === 'promote') && argoLadder(release).waits
        ? { kind: 'promote' }
        : null;
    case 'flagger':
      return asked === null ? null : openingOf(move, release, asked);
  }
}

function managedOperation(move: Move): ReleaseOperation | null {
  switch (move.kind) {
    case 'hold':
      return null;
    case 'weight':
      return { kind: 'weight', from: move.from, to: move.to };
    case 'promote':
      return { kind: 'promote' };
    case 'roll-back':
      return { kind: 'rollback' };
    case 'ask':
      return move.pauses ? { kind: 'pause' } : null;
  }
}

/** What goes on by itself has only begun when it is acted upon. */
function actedText(operation: ReleaseOperation): string {
  return `${AT_ONCE.has(operation.kind) ? 'done' : 'begun'}: ${describeOperation(operation)}`;
}

const AT_ONCE: ReadonlySet<ReleaseOperation['kind']> = new Set([
  'adopt',
  'weight',
  'pause',
  'resume',
  'skip-analysis',
  'reset',
]);

/** What the evidence does not carry a person may still want, once he has been told. */
function needsTelling({ verdict, action }: Proposal): CoxswainError | null {
  if (verdict.rule !== 'evidence' || action.kind !== 'release') return null;
  return new CoxswainError(
    'confirmation-needed',
    sentence(capitalised(verdict.reason)),
    'Wait for the evidence, or ask for it with a confirmation (`--yes`): it is then done on your word.',
  );
}
