import { formatAge } from '../../protocol';
import type { ReleaseFacts, ReleaseInput } from '../guardInput';
import { isReturn, noteOf, raiseIn, raiseOf } from '../releaseFacts';
import { ownerText } from './replicas';
import { deny, needsApproval, type Rule } from './rule';

/** While something else goes on with either version its numbers say nothing of the canary: it gets no more traffic. */
export const releaseArbiter: Rule<ReleaseFacts> = {
  name: 'release-arbiter',
  judge(input) {
    const { release, isStep, orderedBy, faultRunning, incidentOpen } = input;
    if (orderedBy !== null || raiseIn(input) === null) return null;
    if (isStep && noteOf(release)?.paused) return deny('the release is paused');
    if (faultRunning !== null) return deny(`fault ${faultRunning} runs on one of the versions`);
    if (incidentOpen) return deny('an incident is open');
    const moving = release?.autoscalers.find(
      ({ desiredReplicas, currentReplicas }) =>
        desiredReplicas !== null && currentReplicas !== null && desiredReplicas !== currentReplicas,
    );
    if (moving)
      return deny(`${moving.name} is scaling ${moving.currentReplicas} → ${moving.desiredReplicas} pods`);
    return release?.operator === 'coxswain' && release.workload.rollingOut
      ? deny('a rollout of the stable version is in progress')
      : null;
  },
};

/** One raise in an interval, so that each is looked at; a little less, as clocks and writes take their time. */
export const releasePace: Rule<ReleaseFacts> = {
  name: 'release-pace',
  judge({ nowMs, config, release, operation, isStep, orderedBy, lastRaiseAtMs, underWay }) {
    if (isReturn(operation)) return null;
    if (underWay) return deny('a change of this release is under way');
    if (isStep || orderedBy !== null || raiseOf(release, operation) === null) return null;
    const waitMs = 0.9 * config.canary.interval;
    return lastRaiseAtMs === null || nowMs - lastRaiseAtMs >= waitMs
      ? null
      : deny(`its traffic was raised ${formatAge(nowMs - lastRaiseAtMs)} ago`);
  },
};

/**
 * What Argo CD or Flux owns is changed in its repository: proposed, and never made. A status is none of theirs, and to
 * give traffic back does not wait.
 */
export const releaseGitOps: Rule<ReleaseInput> = {
  name: 'git-ops',
  judge({ release, workload, operation, change, approvedBy, isStep }) {
    const [owner] = release?.gitOps ?? (workload?.owners ?? []).filter(({ owns }) => owns === 'object');
    const { write } = change;
    const isStatus = write.verb === 'json-patch' && write.subresource === 'status';
    if (!owner || isStatus || isStep || isReturn(operation)) return null;
    return approvedBy === null
      ? needsApproval(`${ownerText(owner)} owns it: this is proposed, to be changed in its repository`)
      : deny(`${ownerText(owner)} owns it and would undo it: change it in its repository`);
  },
};
