import { native } from '../../chaos/providers/native';
import { reduceDeployment } from '../../cluster/model/deployment';
import { reduceNode } from '../../cluster/model/relations';
import type { RunningFault } from '../../cluster/snapshot';
import { checkedRecovery } from '../faultEnd';
import { runTransaction } from '../transaction';
import type { FaultCharge } from './charge';
import { KeeperRows } from './keeperRows';
import type { Attempt, PutRightPorts } from './putRight';

/**
 * Ends the very fault that the agent has left on an object, as the next start would. At once, though its time may not
 * be over: nobody watches it any more.
 *
 * @param isPatient whether it is left to another agent for now, where one has the journal
 * @throws CoxswainError where the API server cannot be asked, or the fault's annotation asks for more than its end
 */
export async function endFault(
  charge: FaultCharge,
  isPatient: boolean,
  ports: PutRightPorts,
): Promise<Attempt> {
  const fault = faultOn(charge, await ports.writer.read(charge.resource));
  if (fault?.native?.text !== charge.text) return 'nothing';
  const changes = checkedRecovery(fault, native.recover(fault));
  const rows = KeeperRows.open(ports);
  try {
    if (rows.isLocked && isPatient) return 'later';
    for (const change of changes) {
      const description = `${change.description}: the agent ${ports.end === 'hung' ? 'hangs' : 'is gone'}`;
      const request = {
        ...{ id: ports.newId(), workloadId: charge.workloadId, proposalId: null, action: null },
        change: { ...change, description },
      };
      const { writer } = ports;
      const end = await runTransaction(request, { writer, record: rows.say, objection: () => null });
      if (end.result !== 'done') {
        ports.log(`${description}: ${end.error.message}`);
        return 'later';
      }
    }
    return 'over';
  } finally {
    rows.close();
  }
}

function faultOn({ resource: { plural } }: FaultCharge, object: unknown): RunningFault | null {
  if (object === null) return null;
  return (plural === 'nodes' ? reduceNode(object) : reduceDeployment(object)).fault;
}
