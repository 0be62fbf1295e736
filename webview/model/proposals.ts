import {
  type AgentSnapshot,
  capitalised,
  describeAction,
  formatCountdown,
  type Proposal,
  wallTimeLeftMs,
} from '../../agent/protocol';

/** The proposals that wait for a person, the one that ends first on top. */
export function waitingProposals(proposals: readonly Proposal[]): Proposal[] {
  return proposals
    .filter((proposal) => proposal.state.kind === 'pending')
    .sort((a, b) => a.expiresAtMs - b.expiresAtMs);
}

/** How long a person has: in wall time, since it is the person's. `share` of the whole wait is 1…0. */
export function timeLeft(
  { createdAtMs, expiresAtMs }: Proposal,
  clock: AgentSnapshot['clock'],
  wallMs: number,
): { text: string; share: number; urgent: boolean } {
  const leftMs = wallTimeLeftMs(clock, expiresAtMs, wallMs);
  const wholeMs = (expiresAtMs - createdAtMs) / clock.rate;
  const share = wholeMs > 0 ? Math.min(1, leftMs / wholeMs) : 0;
  return { text: formatCountdown(leftMs), share, urgent: share < 0.25 };
}

export function proposalTitle(proposal: Proposal): string {
  return capitalised(describeAction(proposal.action));
}
