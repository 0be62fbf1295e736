import type { FaultEvents } from './faultEvents';
import { MANAGER } from './labels';
import type { FaultRecord } from './model/fault';
import { type ChaosResultRecord, withResult } from './model/faultLitmus';
import type { RunningFault } from './snapshot';

export interface FaultSources {
  /** Objects of chaos tools. */
  records: Iterable<FaultRecord>;
  results: Iterable<ChaosResultRecord>;
  /** What annotations of Deployments and Nodes tell. */
  native: Iterable<RunningFault>;
  events: Pick<FaultEvents, 'warningOf'>;
}

/** All faults of the cluster, each with what other objects tell of it. */
export function faultView({ records, results, native, events }: FaultSources): readonly RunningFault[] {
  const all = [...records];
  const resultOf = new Map([...results].map((result) => [`${result.namespace}/${result.engine}`, result]));
  const parents = new Map(all.map(({ fault }) => [keyOf(fault.resource), fault]));
  const chaos = all.map(({ fault, parent, namespace, name }) => {
    const told =
      fault.provider === 'litmus' ? withResult(fault, resultOf.get(`${namespace}/${name}`)) : fault;
    const known = parent ? parents.get(keyOf({ ...parent, namespace })) : undefined;
    return withWarning(withParent(told, parent, known), events);
  });
  return [...chaos, ...native];
}

/** Ours have names like this, by which their steps are told even when the Workflow itself is gone. */
const OUR_PREFIX = `${MANAGER}-`;

/** What a Workflow or Schedule of ours has started is ours as well. */
function withParent(
  fault: RunningFault,
  parent: FaultRecord['parent'],
  known: RunningFault | undefined,
): RunningFault {
  const isOurs = known?.ours ?? (parent?.plural === 'workflows' && parent.name.startsWith(OUR_PREFIX));
  return isOurs ? { ...fault, ours: true, runId: fault.runId ?? known?.runId ?? null } : fault;
}

/** A warning says why a fault does not begin; later ones are of no interest. */
function withWarning(fault: RunningFault, events: FaultSources['events']): RunningFault {
  if (fault.trouble !== '' || (fault.state !== 'starting' && fault.state !== 'failed')) return fault;
  const trouble = events.warningOf(fault.resource);
  return trouble === '' ? fault : { ...fault, trouble };
}

function keyOf({ namespace, plural, name }: { namespace: string; plural: string; name: string }): string {
  return `${namespace}/${plural}/${name}`;
}
