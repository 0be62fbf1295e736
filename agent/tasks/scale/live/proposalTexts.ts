import { CoxswainError, describeAction, type Proposal } from '../../../protocol';

/** A step in words, with why it is not the whole wish. */
export function withLimit(text: string, limitedBy: string): string {
  return limitedBy === '' ? text : `${text} (${limitedBy})`;
}

/** What has become of a proposal, in words. */
export function endText(proposal: Proposal): string {
  const what = describeAction(proposal.action);
  switch (proposal.state.kind) {
    case 'pending':
      return `${what} waits for approval: ${proposal.verdict.reason}`;
    case 'denied':
      return `${what} is denied by ${proposal.verdict.rule}: ${proposal.verdict.reason}`;
    case 'failed':
      return `${what} has failed: ${proposal.state.why}`;
    case 'executing':
      return `${what} is on its way`;
    default:
      return `${what}: ${proposal.reason}`;
  }
}

/** Of a proposal that was denied, for who asked for it. */
export function refusedBy({ action, verdict }: Proposal): CoxswainError {
  return new CoxswainError(
    'guard-denied',
    `The guard does not allow to ${describeAction(action)}: ${verdict.reason.replace(/\.$/, '')} (${verdict.rule}).`,
    'Try again once the reason is gone.',
  );
}
