import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type Mode, type Proposal, workloadId } from '../../agent/protocol';
import { waitingProposals } from '../model/proposals';
import { proposalCard } from './proposalCard';
import type { View } from './view';

const NOTHING_WAITS: Record<Mode, string> = {
  observe: 'Nothing waits. In observe mode Coxswain only says what it would do: see the activity.',
  approve: 'Nothing waits. Each action will ask here first.',
  auto: 'Nothing waits. Coxswain acts by itself and asks only when it is not sure.',
};

/** Every proposal that waits, for the right column. */
export function waitingSection(view: View): TemplateResult {
  const proposals = waitingProposals(view.snapshot.proposals);
  return html`<section aria-label="Waiting for you">
    <h2>
      Waiting for you
      ${proposals.length > 0 ? html`<vscode-badge>${proposals.length}</vscode-badge>` : nothing}
    </h2>
    ${proposals.length === 0 ? html`<p class="empty">${NOTHING_WAITS[view.snapshot.mode]}</p>` : nothing}
    ${cards(proposals, view)}
  </section>`;
}

/** The proposals of a workload or release, above its charts where there is no right column. */
export function waitingHere(view: View, id: string): TemplateResult | typeof nothing {
  const proposals = waitingProposals(view.snapshot.proposals).filter(
    (proposal) => workloadId(proposal.workload) === id,
  );
  if (proposals.length === 0) return nothing;
  return html`<section class="waiting-here" aria-label="Waiting for you">${cards(proposals, view)}</section>`;
}

function cards(proposals: readonly Proposal[], view: View) {
  return repeat(
    proposals,
    (proposal) => proposal.id,
    (proposal) => proposalCard(proposal, view),
  );
}
