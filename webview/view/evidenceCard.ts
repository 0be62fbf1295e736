import { html, nothing, type TemplateResult } from 'lit';
import { type EvidenceState, formatCount, type ReleaseState, sentence } from '../../agent/protocol';
import {
  comparisonText,
  countsText,
  mostHarmText,
  SIDES,
  type TestLine,
  testLines,
  variantText,
  verdictWords,
} from '../model/evidence';
import { formatWeight, requestShare, waitsFor } from '../model/releases';
import type { View } from './view';

/** The verdict and why, what it waits for, and every test against its bar. */
export function evidenceCard(view: View, release: ReleaseState): TemplateResult {
  const { evidence } = release;
  if (evidence === null) {
    return html`<section class="evidence-card" aria-label="Evidence">
      <h3>Evidence</h3>
      <p class="dim">Nothing is gathered: no release is under way, or it has only just begun.</p>
    </section>`;
  }
  const { title, tone } = verdictWords(evidence);
  const waits = waitsFor(release, view.snapshot.clock, view.wallMs);
  return html`<section class="evidence-card edge-${tone}" aria-label="Evidence">
    <h3 class="tone-${tone}" role="status">${title}</h3>
    <p>${evidence.text === '' ? nothing : sentence(evidence.text)}</p>
    ${testLines(evidence).map(testRow)}
    ${waits.length === 0 ? nothing : html`<h4>Waits for</h4><ul>${waits.map((what) => html`<li>${what}</li>`)}</ul>`}
    ${requests(evidence)}
    <details>
      <summary>What was counted</summary>
      ${SIDES.map(({ key, title: side, hits }) => {
        const { comparedWith } = evidence;
        const text = [
          countsText(evidence[key], hits, comparedWith),
          mostHarmText(evidence[key], comparedWith),
        ]
          .filter(Boolean)
          .join('; ');
        return html`<p><b>${side}</b> ${text}</p>`;
      })}
      <p class="dim">
        ${comparisonText(evidence)} Carries a weight of up to ${formatWeight(evidence.mostWeight)}. Dispersion
        ${evidence.dispersion.toFixed(1)}${evidence.strata > 1 ? `, compared on ${evidence.strata} routes` : ''}. Bars
        ${variantText(evidence)}.
      </p>
    </details>
  </section>`;
}

function testRow({ title, text, share, reached, kind }: TestLine): TemplateResult {
  return html`<div class="test-row">
    <span>${title}${reached ? html` <b class=${kind === 'harm' ? 'tone-bad' : 'tone-good'}>reached</b>` : nothing}</span>
    ${meter(share, kind)}
    <span class="dim">${text}</span>
  </div>`;
}

function requests(evidence: EvidenceState): TemplateResult {
  const { requests: seen, minRequests } = evidence;
  const text =
    seen >= minRequests
      ? `${formatCount(seen)} requests of the canary, enough for a verdict`
      : `${formatCount(seen)} of at least ${formatCount(minRequests)} requests`;
  return html`<div class="test-row">
    <span>${text}</span>
    ${meter(requestShare(evidence), 'requests')}
  </div>`;
}

/** Draws what is written beside it. */
function meter(share: number, kind: string): TemplateResult {
  return html`<svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    <rect class="meter" width="100" height="4" />
    <rect class="meter-full ${kind}" width=${share * 100} height="4" />
  </svg>`;
}
