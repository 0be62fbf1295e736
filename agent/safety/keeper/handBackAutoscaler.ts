import { reduceHpa, reduceScaledObject, type ScalerRecord } from '../../cluster/model/autoscaler';
import { workloadId } from '../../protocol';
import type { ResourceAddress } from '../change';
import { KEEPER } from '../handover/afterDeath';
import { handBackChange } from '../handover/changes';
import { runTransaction } from '../transaction';
import type { AgentEnd } from './keeperProcess';
import { KeeperRows } from './keeperRows';
import type { Attempt, PutRightPorts } from './putRight';

const WHY: Readonly<Record<AgentEnd, string>> = {
  dead: 'the agent ended without handing it back',
  hung: 'the agent hung while it had taken it over',
};

/**
 * Hands back an autoscaler that carries the note of the agent that has died.
 *
 * @param isPatient whether it is left to another agent for now, where one has the journal
 * @throws CoxswainError where the API server cannot be asked
 */
export async function handBackAutoscaler(
  address: ResourceAddress,
  isPatient: boolean,
  ports: PutRightPorts,
): Promise<Attempt> {
  const { agentId, log, writer } = ports;
  const object = await writer.read(address);
  if (object === null) return 'nothing';
  const record = address.plural === 'scaledobjects' ? reduceScaledObject(object) : reduceHpa(object);
  const note = record.autoscaler.handover;
  if (note === 'broken') {
    log(`the note on ${address.plural} ${address.namespace}/${address.name} cannot be read, nothing is done`);
  }
  if (note === null || note === 'broken' || note.agent !== agentId) return 'nothing';
  return handBack(record, isPatient, ports);
}

async function handBack(record: ScalerRecord, isPatient: boolean, ports: PutRightPorts): Promise<Attempt> {
  const { namespace, deployment, autoscaler: found } = record;
  const change = handBackChange(found, namespace);
  if (change === null) return 'nothing';
  const rows = KeeperRows.open(ports);
  try {
    if (rows.isLocked && isPatient) return 'later';
    const { kind, name, uid } = found;
    const autoscaler = { kind, name, uid };
    const id = workloadId({ kind: 'Deployment', namespace, name: deployment ?? name });
    const action = { kind: 'hand-back', autoscaler } as const;
    const request = { id: ports.newId(), workloadId: id, proposalId: null, action, change };
    const { writer } = ports;
    const end = await runTransaction(request, { writer, record: rows.say, objection: () => null });
    if (end.result !== 'done') {
      ports.log(`${change.description}: ${end.error.message}`);
      return 'later';
    }
    const why = WHY[ports.end];
    rows.say({ kind: 'handover', workloadId: id, autoscaler, how: 'handed-back', why, by: KEEPER });
    return 'over';
  } finally {
    rows.close();
  }
}
