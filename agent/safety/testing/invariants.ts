import type { ApiRequest } from '../../cluster/api';
import type { Workload } from '../../cluster/snapshot';
import { canonicalJson } from '../../journal/canonicalJson';
import type { Mode } from '../../protocol';
import { workloadId } from '../../protocol';
import { ReversibleChange } from '../change';
import type { DoneWrite } from './fakeCluster';
import type { FakeWorld } from './fakeWorld';

/** What was really so, kept apart from what the gate believes. */
export interface Facts {
  mode: Mode;
  control: 'running' | 'halted';
  /** When the newest data was measured; null where there is none. */
  dataAtMs: number | null;
  /** For how long the watches have been silent; null without a connection. */
  silentMs: number | null;
  writes: PastWrite[];
  /** Promises that were broken. */
  broken: string[];
}

export interface PastWrite {
  atMs: number;
  id: string;
  effect: 'up' | 'down' | 'disruption' | 'return';
}

/** The promises that a write breaks which has just reached the cluster. It counts for those after it. */
export function brokenBy(write: DoneWrite, facts: Facts, world: FakeWorld): string[] {
  const { before, after } = write;
  if (!before || !after) return [];
  const nowMs = world.clock.nowMs();
  const id = workloadId(before.ref);
  const effect = effectOf(before, after);
  const broken = [
    ...brokenByState(before, facts, world),
    ...brokenByResult(before, after, world),
    ...brokenByPace({ atMs: nowMs, id, effect }, facts, world),
    ...brokenByRecord(write, facts, world),
  ];
  facts.writes.push({ atMs: nowMs, id, effect });
  return broken.flatMap(([isBroken, what]) => (isBroken ? [what] : []));
}

type Promises = [isBroken: boolean, what: string][];

function brokenByState(before: Workload, facts: Facts, world: FakeWorld): Promises {
  const { staleAfter } = world.config().guard;
  const dataAgeMs = facts.dataAtMs === null ? Infinity : world.clock.nowMs() - facts.dataAtMs;
  return [
    [facts.mode === 'observe', 'a write in mode observe'],
    [facts.control === 'halted', 'a write while paused or stopped'],
    [before.ref.namespace !== 'shop', 'a write outside the allowed namespaces'],
    [dataAgeMs > staleAfter, 'a write on stale data'],
    [(facts.silentMs ?? Infinity) > staleAfter, 'a write while the watches are silent'],
  ];
}

function brokenByResult(before: Workload, after: Workload, world: FakeWorld): Promises {
  const { minReplicas, maxReplicas } = world.config().guard;
  const replicas = after.desiredReplicas;
  const scaled = replicas !== before.desiredReplicas;
  const served = before.pods.some(serves);
  return [
    [scaled && replicas < 1, 'to zero'],
    [scaled && (replicas < minReplicas || replicas > maxReplicas), 'out of bounds'],
    [served && !after.pods.some(serves), 'no pod serves any more'],
  ];
}

function brokenByPace(write: PastWrite, facts: Facts, world: FakeWorld): Promises {
  const { guard } = world.config();
  const perMinute = {
    up: guard.scaleUpsPerMinute,
    down: guard.scaleDownsPerMinute,
    disruption: guard.disruptionsPerMinute,
    return: Infinity,
  };
  const within = (ms: number, filter: (past: PastWrite) => boolean) =>
    facts.writes.filter((past) => write.atMs - past.atMs < ms && filter(past));
  const here =
    (...effects: PastWrite['effect'][]) =>
    (past: PastWrite) =>
      past.id === write.id && effects.includes(past.effect);
  const { effect } = write;
  return [
    [within(guard.actionInterval, ({ id }) => id === write.id).length > 0, 'two actions within the interval'],
    [
      within(60_000, (past) => past.effect === effect).length >= perMinute[effect],
      `too many a minute: ${effect}`,
    ],
    [effect === 'up' && within(guard.scaleUpCooldown, here('up')).length > 0, 'scale-up too soon'],
    [
      effect === 'down' && within(guard.scaleDownCooldown, here('up', 'down')).length > 0,
      'scale-down too soon',
    ],
  ];
}

/** The intent is open in the journal, holds this very write and a way back, and has its approval. */
function brokenByRecord({ request }: DoneWrite, facts: Facts, { journal }: FakeWorld): Promises {
  const finished = new Set(journal.events('result').map((event) => event.transactionId));
  const open = journal.events('intent').filter((event) => !finished.has(event.transactionId));
  const intent = open.find(({ change }) => records(ReversibleChange.parse(change), request));
  const approved = journal.events('approved').some((event) => event.proposalId === intent?.proposalId);
  return [
    [intent === undefined, 'a write without a recorded intent and inverse'],
    [facts.mode === 'approve' && !approved, 'a write in mode approve that nobody approved'],
  ];
}

function records({ write, inverse }: ReversibleChange, { path, body }: ApiRequest): boolean {
  if (write.verb === 'json-patch') {
    return inverse.kind === 'write' && canonicalJson(write.operations) === canonicalJson(body);
  }
  return write.verb === 'evict' && path.includes(`/${write.resource.name}/eviction`);
}

function effectOf(before: Workload, after: Workload): PastWrite['effect'] {
  if (after.desiredReplicas !== before.desiredReplicas) {
    return after.desiredReplicas > before.desiredReplicas ? 'up' : 'down';
  }
  const drained = (workload: Workload) => workload.pods.filter((pod) => pod.labels.app === undefined).length;
  return drained(after) < drained(before) &&
    after.pods.every((pod) => before.pods.some(({ uid }) => uid === pod.uid))
    ? 'return'
    : 'disruption';
}

function serves(pod: Workload['pods'][number]): boolean {
  return pod.ready && pod.deletingSinceMs === null && pod.labels.app === 'checkout';
}
