import type { Journal } from '../../journal/journal';
import type { JournalReader } from '../../journal/reader';
import { toErrorInfo } from '../../protocol';
import type { ClusterWriter } from '../writer';
import { type Charge, chargeText, type ReleaseCharge } from './charge';
import { endFault } from './endFault';
import { handBackAutoscaler } from './handBackAutoscaler';
import type { AgentEnd } from './keeperProcess';
import { type ReadRelease, returnRelease } from './returnRelease';

export interface PutRightPorts {
  writer: ClusterWriter;
  readRelease: ReadRelease;
  /** Whose notes are ours. */
  agentId: string;
  /** What has become of the agent. */
  end: AgentEnd;
  /** Holds the journal until it is closed. Throws CoxswainError `journal-locked`, `journal-corrupt` … */
  openJournal(): Pick<Journal, 'append' | 'query' | 'close'>;
  /** Also while another process has it. Throws CoxswainError. */
  readJournal(): Pick<JournalReader, 'query' | 'close'>;
  newId(): string;
  /** Wall time, ms from any origin. */
  monotonicMs(): number;
  wait(ms: number): Promise<void>;
  log(text: string): void;
}

/** What has become of one charge: `nothing` has to be done now, but a late write may change that. */
export type Attempt = 'over' | 'nothing' | 'later';

/** So long it is tried where the API server cannot be reached. */
const GIVE_UP_MS = 15 * 60_000;

/** So long a write that the agent has sent may still be on its way. */
const LATE_WRITE_MS = 10_000;

/**
 * So long another agent that has the journal by then is waited for. It may be one that does not see the object: of
 * another cluster, or of other namespaces.
 */
const LOCKED_MS = 60_000;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

/**
 * Puts right what the agent has left: autoscalers and faults at once, the traffic of releases once another agent has
 * had the time to be there. An agent that hangs has been silent for minutes: nobody starts it again, and it is not
 * waited for.
 */
export async function putRight(held: readonly Charge[], givenPorts: PutRightPorts): Promise<void> {
  const ports = { ...givenPorts, log: onceEach(givenPorts.log) };
  const { end, monotonicMs, wait } = ports;
  const diedAtMs = monotonicMs();
  const isRelease = (charge: Charge): charge is ReleaseCharge => charge.kind === 'release';
  const releases = held.filter(isRelease);
  const others = held.filter((charge) => !isRelease(charge));
  // Where another agent has the journal by then it is left to that one, which does the same at its start.
  const isPatient = (sinceMs: number) => end === 'dead' && monotonicMs() - sinceMs < LOCKED_MS;
  const inTurn = oneAfterTheOther();
  const puttingRight = untilOver(others, ports, (charge) =>
    inTurn(() =>
      charge.kind === 'fault'
        ? endFault(charge, isPatient(diedAtMs), ports)
        : handBackAutoscaler(charge.resource, isPatient(diedAtMs), ports),
    ),
  );
  // Neither waits for what cannot be put right of the other.
  const returning = async () => {
    if (releases.length === 0) return;
    const graceMs = end === 'hung' ? 0 : Math.max(...releases.map((charge) => charge.graceMs));
    await wait(Math.max(0, graceMs - (monotonicMs() - diedAtMs)));
    const aloneAtMs = monotonicMs();
    await untilOver(releases, ports, (charge) =>
      inTurn(() => returnRelease(charge, isPatient(aloneAtMs), ports)),
    );
  };
  await Promise.all([puttingRight, returning()]);
}

/** Tries again what failed, less and less often, and what a late write may yet change. */
async function untilOver<Each extends Charge>(
  charges: readonly Each[],
  { monotonicMs, wait, log }: PutRightPorts,
  attempt: (charge: Each) => Promise<Attempt>,
): Promise<void> {
  const sinceMs = monotonicMs();
  let waitMs = FIRST_WAIT_MS;
  let left = charges;
  for (;;) {
    const again: { charge: Each; what: Attempt }[] = [];
    for (const charge of left) again.push({ charge, what: await safely(charge, attempt, log) });
    const agedMs = monotonicMs() - sinceMs;
    const isOpen = (what: Attempt) => what === 'later' || (what === 'nothing' && agedMs < LATE_WRITE_MS);
    left = again.filter(({ what }) => isOpen(what)).map(({ charge }) => charge);
    if (left.length === 0) return;
    if (agedMs >= GIVE_UP_MS) {
      log(`given up; left to the next start of the agent: ${left.map(chargeText).join(', ')}`);
      return;
    }
    await wait(waitMs);
    if (again.some(({ what }) => what === 'later')) waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
}

/** Whatever is done with the journal, which they share. */
function oneAfterTheOther(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}

async function safely<Each extends Charge>(
  charge: Each,
  attempt: (charge: Each) => Promise<Attempt>,
  log: PutRightPorts['log'],
): Promise<Attempt> {
  try {
    return await attempt(charge);
  } catch (error) {
    log(`${chargeText(charge)}: ${toErrorInfo(error).message}`);
    return 'later';
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
