import { reduceHpa, reduceScaledObject, type ScalerRecord } from '../../cluster/model/autoscaler';
import type { Journal } from '../../journal/journal';
import { isCoxswainError, type JournalEvent, toErrorInfo, workloadId } from '../../protocol';
import type { ResourceAddress } from '../change';
import { KEEPER } from '../handover/afterDeath';
import { handBackChange } from '../handover/changes';
import { runTransaction } from '../transaction';
import type { ClusterWriter } from '../writer';
import type { AgentEnd } from './keeperProcess';
import { addressText } from './messages';

export interface HandBackPorts {
  writer: ClusterWriter;
  /** Whose notes are ours. */
  agentId: string;
  /** What has become of the agent. */
  end: AgentEnd;
  /** Holds the journal until it is closed. Throws CoxswainError `journal-locked`, `journal-corrupt` … */
  openJournal(): Pick<Journal, 'append' | 'close'>;
  newId(): string;
  /** Wall time, ms from any origin. */
  monotonicMs(): number;
  wait(ms: number): Promise<void>;
  log(text: string): void;
}

/** So long it is tried where the API server cannot be reached. */
const GIVE_UP_MS = 15 * 60_000;

/** So long a take-over that the agent has sent may still be on its way. */
const LATE_WRITE_MS = 10_000;

/**
 * So long another agent that has the journal by then is waited for. It may be one that does not see the autoscaler: of
 * another cluster, or of other namespaces.
 */
const LOCKED_MS = 60_000;

const WHY: Readonly<Record<AgentEnd, string>> = {
  dead: 'the agent ended without handing it back',
  hung: 'the agent hung while it had taken it over',
};

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

/** What has become of one autoscaler: `nothing` has to be handed back now, but a late write may change that. */
type Attempt = 'over' | 'nothing' | 'later';

/**
 * Hands back what carries the note of the agent that has died. Where another agent has the journal by then it is left
 * to that one, which does the same at its start, and only looked after; for a minute. One that hangs has the journal
 * itself: that is not waited for.
 */
export async function handBackHeld(
  held: readonly ResourceAddress[],
  givenPorts: HandBackPorts,
): Promise<void> {
  const ports = { ...givenPorts, log: onceEach(givenPorts.log) };
  const { end, monotonicMs, wait, log } = ports;
  const diedAtMs = monotonicMs();
  let waitMs = FIRST_WAIT_MS;
  let left = held;
  for (;;) {
    const again: { address: ResourceAddress; what: Attempt }[] = [];
    // One after the other: they share the journal.
    const isPatient = end === 'dead' && monotonicMs() - diedAtMs < LOCKED_MS;
    for (const address of left) again.push({ address, what: await attempt(address, isPatient, ports) });
    const agedMs = monotonicMs() - diedAtMs;
    const isOpen = (what: Attempt) => what === 'later' || (what === 'nothing' && agedMs < LATE_WRITE_MS);
    left = again.filter(({ what }) => isOpen(what)).map(({ address }) => address);
    if (left.length === 0) return;
    if (agedMs >= GIVE_UP_MS) {
      log(`given up; the next start of the agent hands back ${left.map(addressText).join(', ')}`);
      return;
    }
    await wait(waitMs);
    if (again.some(({ what }) => what === 'later')) waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
}

/** What is tried again and again fails for the same reason again and again. */
function onceEach(log: (text: string) => void): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (said.has(text)) return;
    said.add(text);
    log(text);
  };
}

async function attempt(address: ResourceAddress, isPatient: boolean, ports: HandBackPorts): Promise<Attempt> {
  const { agentId, log, writer } = ports;
  try {
    const object = await writer.read(address);
    if (object === null) return 'nothing';
    const record = address.plural === 'scaledobjects' ? reduceScaledObject(object) : reduceHpa(object);
    const note = record.autoscaler.handover;
    if (note === 'broken') log(`the note on ${addressText(address)} cannot be read, nothing is done to it`);
    if (note === null || note === 'broken' || note.agent !== agentId) return 'nothing';
    return await handBack(record, isPatient, ports);
  } catch (error) {
    log(`${addressText(address)}: ${toErrorInfo(error).message}`);
    return 'later';
  }
}

async function handBack(record: ScalerRecord, isPatient: boolean, ports: HandBackPorts): Promise<Attempt> {
  const { namespace, deployment, autoscaler: found } = record;
  const change = handBackChange(found, namespace);
  if (change === null) return 'nothing';
  const journal = openJournal(ports);
  if (journal === 'locked' && isPatient) return 'later';
  const rows = journal === 'locked' ? null : journal;
  try {
    const { kind, name, uid } = found;
    const autoscaler = { kind, name, uid };
    const id = workloadId({ kind: 'Deployment', namespace, name: deployment ?? name });
    const say = (event: JournalEvent) => remember(event, rows, ports.log);
    const action = { kind: 'hand-back', autoscaler } as const;
    const request = { id: ports.newId(), workloadId: id, proposalId: null, action, change };
    const end = await runTransaction(request, { writer: ports.writer, record: say, objection: () => null });
    if (end.result !== 'done') {
      ports.log(`${change.description}: ${end.error.message}`);
      return 'later';
    }
    const why = WHY[ports.end];
    say({ kind: 'handover', workloadId: id, autoscaler, how: 'handed-back', why, by: KEEPER });
    return 'over';
  } finally {
    rows?.close();
  }
}

/** Null where the journal is no good: the cluster is not left without an autoscaler for that. */
function openJournal({ openJournal: open, log }: HandBackPorts): ReturnType<typeof open> | 'locked' | null {
  try {
    return open();
  } catch (error) {
    if (isCoxswainError(error) && error.code === 'journal-locked') return 'locked';
    log(`the journal cannot be written: ${toErrorInfo(error).message}`);
    return null;
  }
}

function remember(
  event: JournalEvent,
  journal: Pick<Journal, 'append'> | null,
  log: HandBackPorts['log'],
): void {
  try {
    if (journal) {
      journal.append(event);
      return;
    }
  } catch (error) {
    log(`the journal did not take a row: ${toErrorInfo(error).message}`);
  }
  log(JSON.stringify(event));
}
