import type { Release } from '../../cluster/releases';
import { type ReleaseOperation, workloadId } from '../../protocol';
import { GOES_BACK } from '../../tasks/canary/live/releaseEnd';
import { managedReturns } from '../../tasks/canary/managed/managedReturns';
import type { ReversibleChange } from '../change';
import { KEEPER } from '../handover/afterDeath';
import { noteOf } from '../releaseFacts';
import { managedMismatch } from '../rules/releaseWrite/managedWrite';
import { runTransaction } from '../transaction';
import type { ReleaseCharge } from './charge';
import { KeeperRows } from './keeperRows';
import type { Attempt, PutRightPorts } from './putRight';

/** A release as the API server shows it now; undefined where the Deployment is none. Throws CoxswainError. */
export type ReadRelease = (namespace: string, name: string) => Promise<Release | undefined>;

const ROLLBACK = { kind: 'rollback' } as const satisfies ReleaseOperation;
const NOBODY = { isStep: false, orderedBy: null };

/**
 * Gives the stable version of a release its traffic back, the route first, as an emergency stop does; what is left goes
 * to the next agent, which finds the note. Nothing is done where another agent is there, or has been since and has
 * ended in order: it has a keeper of its own. Nor where evidence or a person has decided to promote.
 *
 * @param isPatient whether it is left for now to whoever else has the journal: he may be about to connect
 * @throws CoxswainError where the API server cannot be asked
 */
export async function returnRelease(
  charge: ReleaseCharge,
  isPatient: boolean,
  ports: PutRightPorts,
): Promise<Attempt> {
  const { namespace, name } = charge.resource;
  // An API server that does not answer must not keep the journal from an agent that comes.
  await ports.readRelease(namespace, name);
  const rows = KeeperRows.open(ports);
  try {
    if (isBack(charge, rows, ports)) return 'over';
    if (rows.isLocked && isPatient) return 'later';
    const release = await ports.readRelease(namespace, name);
    const note = noteOf(release);
    if (release?.operator !== 'coxswain' || note?.id !== charge.releaseId) return 'over';
    if (note.goal === 'promote') return 'over';
    if (!release.isRouteListed) throw new Error('its route cannot be seen');
    const changes = managedReturns([release]).flatMap((each) => each.changes);
    for (const change of changes) {
      const why = managedMismatch(release, ROLLBACK, change.write, NOBODY);
      if (why !== null) throw new Error(why);
      if (!(await isDone(change, workloadId(release.ref), rows, ports))) return 'later';
    }
    if (changes.length > 0) tell(workloadId(release.ref), rows, ports);
    return 'over';
  } finally {
    rows.close();
  }
}

/** The journal is held from here to the end, so that an agent that comes now waits until it is done. */
function isBack(
  { connectedSeq }: ReleaseCharge,
  rows: KeeperRows,
  { end, writer, log }: PutRightPorts,
): boolean {
  const back = end === 'dead' && rows.hasSuccessor(writer.context, connectedSeq);
  if (back) log('another agent has been there since, and looks after the releases');
  return back;
}

async function isDone(
  change: ReversibleChange,
  id: string,
  rows: KeeperRows,
  { newId, writer, log }: PutRightPorts,
): Promise<boolean> {
  const request = {
    ...{ id: newId(), workloadId: id, proposalId: null, change },
    action: { kind: 'release' as const, operation: ROLLBACK },
  };
  const end = await runTransaction(request, { writer, record: rows.say, objection: () => null });
  if (end.result === 'done') return true;
  log(`${change.description}: ${end.error.message}`);
  return false;
}

function tell(id: string, rows: KeeperRows, { end }: PutRightPorts): void {
  const why = end === 'hung' ? 'the agent hangs' : 'the agent is gone, and none came back in time';
  rows.say({
    ...{ kind: 'release', workloadId: id, what: 'rolled-back', weight: null, by: KEEPER },
    // The next agent removes the canary, and tells why by this row.
    text: `${GOES_BACK}: ${why}`,
  });
}
