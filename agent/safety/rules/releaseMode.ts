import type { ReleaseOperation } from '../../protocol';
import type { ReleaseFacts, ReleaseInput } from '../guardInput';
import { isLowering, isReturn, noteOf, raiseOf } from '../releaseFacts';
import { deny, needsApproval, type Rule } from './rule';

/**
 * What allows a change of a release: mode auto, a person's approval or order, that a person has agreed to the release
 * that it goes on with, or that it only gives the stable version its traffic back.
 */
export const releaseMode: Rule<ReleaseFacts> = {
  name: 'mode',
  judge({ mode, approvedBy, isStep, release, operation }) {
    if (mode === 'observe') return deny('mode observe never writes');
    if (approvedBy !== null) return { outcome: 'allow', reason: `approved by ${approvedBy}` };
    const note = noteOf(release);
    if (isStep && note) return { outcome: 'allow', reason: `part of the release that ${note.by} began` };
    if (isReturn(operation) || isLowering(operation) || operation.kind === 'pause')
      return { outcome: 'allow', reason: 'what gives the canary no more traffic needs no approval' };
    if (mode === 'approve') return needsApproval(`mode approve asks ${askedFor(release, operation)}`);
    return { outcome: 'allow', reason: 'mode auto, and no rule objects' };
  },
};

function askedFor(release: ReleaseFacts['release'], operation: ReleaseOperation): string {
  if (operation.kind === 'start') return 'before a release begins';
  return raiseOf(release, operation) === null ? 'first' : 'before each raise and each promotion';
}

/** What has a note of ours is a release of ours: to end it is allowed while paused or stopped, and in mode observe. */
export const releaseReturn: Rule<ReleaseInput> = {
  name: 'release-return',
  judge: () => ({ outcome: 'allow', reason: 'traffic may always be given back to the stable version' }),
};
