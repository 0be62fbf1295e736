import { workloadId } from '../../protocol';
import type { FaultInput } from '../guardInput';
import { deny, type Rule } from './rule';

/**
 * A fault hits somebody, not more than a share of the pods, and not the last that is ready but where all may be hit;
 * one is always allowed where another one is ready.
 */
export const blastRadius: Rule<Pick<FaultInput, 'config' | 'ref' | 'workload' | 'plan' | 'hasBegun'>> = {
  name: 'blast-radius',
  judge({ config, ref, workload, plan: { affectedPods }, hasBegun }) {
    const target = `${ref.namespace}/${ref.name}`;
    if (workload === undefined) return deny(`there is no Deployment ${target}`);
    if (hasBegun) return null;
    const pods = workload.pods.filter((pod) => pod.deletingSinceMs === null && !pod.drained);
    if (pods.length === 0 || affectedPods < 1) {
      return deny(`the target ${target} selects nothing: it has ${pods.length} pods that could be hit`);
    }
    const ready = pods.filter((pod) => pod.ready).length;
    if (affectedPods === 1 && ready > 1) return null;
    const { maxAffectedShare } = config.chaos;
    const allowed = Math.floor(pods.length * maxAffectedShare);
    if (affectedPods === 1 && allowed < pods.length) return deny(`${target} has no other pod that is ready`);
    if (affectedPods <= allowed && (affectedPods < ready || allowed === pods.length)) return null;
    if (affectedPods <= allowed)
      return deny(`it may leave no pod of ${target} ready: ${ready} of ${pods.length} are`);
    const share = `${Math.round(maxAffectedShare * 100)} %`;
    return deny(
      `it hits ${affectedPods} of the ${pods.length} pods of ${target}, ${Math.max(1, allowed)} allowed (${share})`,
    );
  },
};

/** Few faults at a time and never two on one workload; the schedule also leaves alone what is busy already. */
export const faultLimit: Rule<
  Pick<FaultInput, 'config' | 'ref' | 'workload' | 'running' | 'trigger' | 'incidentOpen'>
> = {
  name: 'fault-limit',
  judge({ config, ref, workload, running, trigger, incidentOpen }) {
    const other = running.find((fault) => fault.workloadId === workloadId(ref));
    if (other) return deny(`fault ${other.name} still runs on ${ref.namespace}/${ref.name}`);
    const { maxConcurrent } = config.chaos;
    if (running.length >= maxConcurrent) {
      return deny(`${running.length} faults run already, ${maxConcurrent} allowed at the same time`);
    }
    if (trigger !== 'schedule') return null;
    if (incidentOpen) return deny(`${ref.namespace}/${ref.name} has an open incident`);
    return workload?.rollingOut ? deny(`a rollout of ${ref.namespace}/${ref.name} is in progress`) : null;
  },
};
