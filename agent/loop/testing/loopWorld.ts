import { aCluster, aPod, aWorkload, podMetrics, someMetrics } from '../../../test/support/builders';
import { FakeClock } from '../../../test/support/fakeClock';
import type { Workload } from '../../cluster/snapshot';
import { DEFAULT_CONFIG } from '../../config/schema';
import type { Attention, WorkloadMetrics } from '../../metrics/reading';
import type { Change, JournalEvent, Proposal, ProposalState } from '../../protocol';
import type { ReplicasLeft } from '../../safety/addedReplicas';
import type { HealFacts } from '../../tasks/heal/facts';
import { createHealTask } from '../../tasks/heal/heal';
import type { LearnedHeal } from '../../tasks/heal/policies/learned';
import { ControlLoop } from '../controlLoop';
import type { ProposalDraft } from '../ports';

export const ID = 'shop/Deployment/checkout';
export const PODS = ['a', 'b', 'c'].map((name) => aPod(name));
export const CRASHED = [...PODS.slice(0, 2), aPod('c', { ready: false, waitingReason: 'CrashLoopBackOff' })];

/** A loop over a world that a test changes by hand. */
export class LoopWorld {
  readonly clock = new FakeClock();
  readonly journal: JournalEvent[] = [];
  readonly changes: Change[] = [];
  readonly drafts: ProposalDraft[] = [];
  readonly outcomes: string[] = [];
  readonly withdrawn: string[] = [];
  readonly errors: string[] = [];
  readonly looks: string[] = [];
  readonly attention: { nowMs: number; attention: Attention }[] = [];
  workload: Workload = aWorkload(PODS);
  others: Workload[] = [];
  metrics: () => WorkloadMetrics = () =>
    this.atNow(someMetrics({ a: podMetrics(), b: podMetrics(), c: podMetrics() }));
  collect: (workload: Workload) => Promise<WorkloadMetrics> = async () => this.metrics();
  left: ReplicasLeft | null = null;
  record: (event: JournalEvent) => void = (event) => this.journal.push(event);
  verdict: 'acted' | 'denied' | 'failed' | 'pending' = 'acted';
  learned: LearnedHeal | null = null;
  watchAgeMs = 0;
  config = { ...DEFAULT_CONFIG, namespaces: ['shop'] };
  readonly loop: ControlLoop<HealFacts>;

  constructor() {
    this.loop = new ControlLoop({
      clock: this.clock,
      monotonicMs: () => this.clock.nowMs(),
      config: () => this.config,
      snapshot: () => aCluster([this.workload, ...this.others]),
      watchAgeMs: () => this.watchAgeMs,
      metrics: {
        collect: (workload, nowMs, _signal, attention = 'usual') => {
          this.looks.push(workload.ref.name);
          this.attention.push({ nowMs, attention });
          return this.collect(workload);
        },
      },
      task: createHealTask(
        () => this.config,
        () => 0.5,
        () => this.learned,
      ),
      proposer: {
        propose: async (draft) => this.#propose(draft),
        withdraw: (_id, why) => this.withdrawn.push(why),
        recordOutcome: async (_id, outcome) => {
          this.outcomes.push(outcome.kind);
        },
      },
      replicasLeft: () => this.left,
      faultBehind: () => null,
      record: (event) => this.record(event),
      publish: (change) => this.changes.push(change),
      onError: (error) => this.errors.push(error.message),
    });
  }

  atNow(metrics: WorkloadMetrics): WorkloadMetrics {
    return { ...metrics, atMs: this.clock.nowMs() };
  }

  switchTo(learned: LearnedHeal | null): void {
    this.learned = learned;
    this.loop.configChanged();
  }

  policies(): (string | undefined)[] {
    return this.journal.flatMap((event) => (event.kind === 'decision' ? [event.policy] : []));
  }

  kinds(): string[] {
    return this.journal.map((event) => event.kind);
  }

  #propose(draft: ProposalDraft): Proposal {
    this.drafts.push(draft);
    const atMs = this.clock.nowMs();
    const proposal: Proposal = {
      id: `p${this.drafts.length}`,
      workload: draft.workload,
      task: draft.task,
      policy: draft.policy,
      action: draft.decision.action,
      reason: draft.decision.reason,
      confidence: draft.decision.confidence,
      alternatives: [],
      contributions: [],
      change: { summary: '', before: '', after: '' },
      promise: '',
      createdAtMs: atMs,
      expiresAtMs: atMs + 1000,
      verdict: { outcome: 'allow', rule: 'mode', reason: '' },
      state: { kind: 'executing', atMs, by: 'auto' },
    };
    const isExecuted = this.verdict === 'acted' || this.verdict === 'failed';
    if (isExecuted) this.loop.proposalChanged(proposal);
    const decided = { ...proposal, state: this.#stateAt(atMs) };
    this.loop.proposalChanged(decided);
    return decided;
  }

  #stateAt(atMs: number): ProposalState {
    if (this.verdict === 'pending') return { kind: 'pending' };
    if (this.verdict === 'failed') return { kind: 'failed', atMs, why: 'the budget allows no disruption' };
    return this.verdict === 'acted' ? { kind: 'acted', atMs, by: 'auto' } : { kind: 'denied', atMs };
  }
}
