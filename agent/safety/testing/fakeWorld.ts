import { providerNamed } from '../../chaos/providers/providers';
import type { Clock } from '../../clock';
import { type Config, DEFAULT_CONFIG } from '../../config/schema';
import type { JournalFilter } from '../../journal/reader';
import type { ProposalDraft } from '../../loop/ports';
import type {
  Action,
  Control,
  DataState,
  ErrorInfo,
  JournalEvent,
  JournalRow,
  Mode,
  Proposal,
  WorkloadRef,
} from '../../protocol';
import { planHeal, planScale } from '../../tasks/heal/plan';
import type { GateWorld } from '../gateWorld';
import { type Charge, chargeKey } from '../keeper/charge';
import { ClusterWriter } from '../writer';
import type { FakeCluster } from './fakeCluster';

/** The default configuration, with namespace `shop` allowed. */
export const CONFIG: Config = { ...DEFAULT_CONFIG, namespaces: ['shop'] };

/** A journal in memory: the same rows, no file. */
export class MemoryJournal {
  readonly rows: JournalRow[] = [];
  readonly #clock: Clock;
  /** Called before each append; may throw as a full disk would. */
  beforeAppend: (event: JournalEvent) => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  append(event: JournalEvent): JournalRow {
    this.beforeAppend(event);
    const row = { seq: this.rows.length + 1, atMs: this.#clock.nowMs(), hash: '', event };
    this.rows.push(row);
    return row;
  }

  query({ kinds, beforeSeq, limit }: JournalFilter): readonly JournalRow[] {
    return this.rows
      .filter((row) => (!kinds || kinds.includes(row.event.kind)) && (!beforeSeq || row.seq < beforeSeq))
      .toReversed()
      .slice(0, limit);
  }

  events<Kind extends JournalEvent['kind']>(kind: Kind): Extract<JournalEvent, { kind: Kind }>[] {
    return this.rows.flatMap(({ event }) =>
      event.kind === kind ? [event as Extract<JournalEvent, { kind: Kind }>] : [],
    );
  }
}

/** What the gate sees, with everything that a test wants to change open. */
export class FakeWorld<Api extends Pick<FakeCluster, 'snapshot' | 'send' | 'context'> = FakeCluster>
  implements GateWorld
{
  readonly journal: MemoryJournal;
  readonly clock: Clock;
  readonly cluster: Api;
  readonly proposals: Proposal[] = [];
  readonly modes: Mode[] = [];
  readonly controls: Control[] = [];
  settings: Config = CONFIG;
  data: DataState | null = null;
  silentMs: number | null = 0;
  allowed: ReturnType<GateWorld['permissions']> = [];
  connected = true;
  incident = false;
  readonly stuck: ErrorInfo[] = [];
  readonly agentId: string = 'agent-1';
  /** The autoscalers that the keeper knows of, by name. */
  readonly held = new Set<string>();
  /** What else it knows of, by its key. */
  readonly kept = new Map<string, Charge>();
  readonly keeper: GateWorld['keeper'] = {
    hold: async (charge) => {
      if (charge.kind === 'autoscaler') this.held.add(charge.resource.name);
      else this.kept.set(chargeKey(charge), charge);
    },
    release: (charge) => {
      if (charge.kind === 'autoscaler') this.held.delete(charge.resource.name);
      else this.kept.delete(chargeKey(charge));
    },
  };
  readonly #writer: ClusterWriter;
  #ids = 0;

  constructor(cluster: Api, clock: Clock) {
    this.cluster = cluster;
    this.clock = clock;
    this.journal = new MemoryJournal(clock);
    this.#writer = new ClusterWriter(cluster);
  }

  config = () => this.settings;
  monotonicMs = () => performance.now();
  snapshot = () => this.cluster.snapshot();
  dataState = (): DataState => this.data ?? { kind: 'fresh', atMs: this.clock.nowMs() };
  watchAgeMs = () => this.silentMs;
  permissions = () => this.allowed;
  writer = () => (this.connected ? this.#writer : null);
  faultWorkload = (): string => 'shop/Deployment/checkout';
  hasIncident = () => this.incident;
  returns: ReturnType<GateWorld['releaseReturns']> = [];
  releaseReturns = () => this.returns;
  say = true;
  hasSay = () => this.say;
  provider = providerNamed;
  onFaultStuck = (error: ErrorInfo) => this.stuck.push(error);
  newId = () => `id-${++this.#ids}`;
  onProposal = (proposal: Proposal) => this.proposals.push(proposal);
  onMode = (mode: Mode) => this.modes.push(mode);
  onControl = (control: Control) => this.controls.push(control);
}

/** The draft that the heal task makes of an action. */
export function aDraft(
  cluster: Pick<FakeCluster, 'get'>,
  action: Action,
  confidence = 0.9,
  ref: WorkloadRef = CHECKOUT,
): ProposalDraft {
  const workload = cluster.get(`${ref.namespace}/Deployment/${ref.name}`);
  // Also where healing would plan none: what the guard says to that is to be seen.
  const plan =
    action.kind === 'scale' ? planScale(workload, action.from, action.to) : planHeal(action, workload);
  if (plan.kind === 'impossible') throw new Error(plan.why);
  return {
    workload: ref,
    task: 'heal',
    policy: { name: 'runbook', version: '1' },
    decision: { action, reason: 'because', confidence, alternatives: [], contributions: [] },
    plan,
  };
}

export const CHECKOUT: WorkloadRef = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
export const CHECKOUT_ID = 'shop/Deployment/checkout';
