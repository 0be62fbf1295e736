import { html, nothing, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { Proposal } from '../../agent/protocol';
import { formatSigned } from '../format';
import { diffLines } from '../model/diff';
import { proposalTitle, timeLeft } from '../model/proposals';
import type { View } from './view';

/** What waits for a person: why, how sure, what would change, and how long there is. */
export function proposalCard(proposal: Proposal, view: View): TemplateResult {
  const left = timeLeft(proposal, view.snapshot.clock, view.wallMs);
  const title = proposalTitle(proposal);
  return html`<article class="card ${left.urgent ? 'urgent' : ''}" aria-label=${title}>
    <svg class="time-bar" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true">
      <rect width=${(left.share * 100).toFixed(2)} height="2" />
    </svg>
    <div class="card-head">
      <h3>${title}</h3>
      <span class="countdown" title="Time left to answer" role="timer">${left.text}</span>
    </div>
    ${guard([proposal], () => details(proposal))}
    <div class="card-buttons">${buttons(proposal, view)}</div>
  </article>`;
}

/** The proposal's own content, which never changes while it waits. */
function details(proposal: Proposal): TemplateResult {
  const { workload, policy, task, reason, promise, verdict, contributions, change } = proposal;
  return html`<div class="card-from">
      ${workload.namespace}/${workload.name} · ${task} · ${policy.name} ${policy.version}
    </div>
    <div class="card-details">
      <div>
        <p class="card-reason">${reason}</p>
        ${confidence(proposal)} ${contributions.length > 0 ? contributionBars(contributions) : nothing}
      </div>
      <div>
        ${diff(change)}
        <p class="card-note"><span>Promises</span> ${promise}</p>
        <p class="card-note"><span>Guard</span> ${verdict.rule}: ${verdict.reason}</p>
      </div>
    </div>`;
}

function buttons({ id }: Proposal, { actions, snapshot }: View): TemplateResult {
  const disabled = snapshot.control.kind !== 'running';
  return html`<vscode-button ?disabled=${disabled} @click=${() => actions.approve(id)}>Approve</vscode-button>
    <vscode-button secondary @click=${() => actions.reject(id)}
      >Reject</vscode-button
    >
    <vscode-button secondary @click=${() => actions.explain({ proposalId: id })}>Why?</vscode-button>`;
}

function confidence({ confidence: value, alternatives }: Proposal): TemplateResult {
  const others = alternatives.map((other) => `${other.text} ${other.confidence.toFixed(2)}`);
  return html`<div class="confidence">
      <span>Confidence <b>${value.toFixed(2)}</b></span>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="meter" width="100" height="4" />
        <rect class="meter-full" width=${value * 100} height="4" />
      </svg>
    </div>
    ${others.length > 0 ? html`<p class="card-note"><span>Instead of</span> ${others.join(', ')}</p>` : nothing}`;
}

/** Signed bars around a middle line: right speaks for the action, left against it. */
function contributionBars(contributions: Proposal['contributions']): TemplateResult {
  const largest = Math.max(...contributions.map(({ value }) => Math.abs(value)), Number.EPSILON);
  return html`<dl class="contributions">
    ${contributions.slice(0, 6).map(({ name, value }) => {
      const length = (Math.abs(value) / largest) * 49;
      return html`<div>
        <dt title=${name}>${name}</dt>
        <dd>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <path class="axis" d="M50 0V8" />${svg`<rect
              class=${value < 0 ? 'against' : 'for'}
              x=${value < 0 ? 50 - length : 50} width=${length} height="8" />`}
          </svg>
          <span>${formatSigned(value)}</span>
        </dd>
      </div>`;
    })}
  </dl>`;
}

const SIGN_NAMES = { '-': 'removed', '+': 'added', ' ': 'same' } as const;

function diff({ summary, before, after }: Proposal['change']): TemplateResult {
  return html`<figure class="diff">
    <figcaption>${summary}</figcaption>
    <pre tabindex="0" aria-label="Change">${diffLines(before, after).map(
      ({ sign, text }) => html`<span class="line-${SIGN_NAMES[sign]}">${sign} ${text}</span>`,
    )}</pre>
  </figure>`;
}
