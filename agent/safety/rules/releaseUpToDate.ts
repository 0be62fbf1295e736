import { interferenceIn, interferenceText } from '../../tasks/canary/routers/routers';
import type { ReleaseFacts, ReleaseInput } from '../guardInput';
import { isReturn, raiseOf } from '../releaseFacts';
import { whyReleaseOutdated } from '../releaseOutdated';
import { deny, needsApproval, type Rule } from './rule';

/** The release must still be as the operation takes it to be. */
export const releaseUpToDate: Rule<ReleaseFacts> = {
  name: 'up-to-date',
  judge({ operation, release, workload, isStep }) {
    const why = isStep ? null : whyReleaseOutdated(operation, release, workload);
    return why === null ? null : deny(why);
  },
};

/** What is broken is not given traffic. A person may still order what its controller lets pass. */
export const releaseProblems: Rule<ReleaseFacts> = {
  name: 'release-problems',
  judge({ release, operation, isStep, orderedBy }) {
    const [problem] = release?.problems ?? [];
    if (problem === undefined || isStep) return null;
    const isRefused =
      operation.kind === 'start' || (orderedBy === null && raiseOf(release, operation) !== null);
    return isRefused ? deny(problem) : null;
  },
};

/** A weight that somebody else has set is told, and asked about: never overwritten silently. */
export const releaseInterference: Rule<ReleaseInput> = {
  name: 'release-interference',
  judge({ release, operation, approvedBy, isStep }) {
    if (release?.operator !== 'coxswain' || isReturn(operation) || operation.kind === 'pause') return null;
    const interfered = interferenceIn(release);
    if (!interfered || approvedBy !== null) return null;
    const text = interferenceText(interfered);
    if (!isStep) return needsApproval(text);
    // A promotion that was agreed to puts the route back as it was.
    return release.note !== null && release.note !== 'broken' && release.note.goal === 'progress'
      ? deny(text)
      : null;
  },
};
