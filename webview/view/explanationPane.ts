import { html, nothing, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { capitalised, describeAction, type Explanation, formatTime } from '../../agent/protocol';
import {
  type ContributionBar,
  type ContributionChart,
  chartTexts,
  contributionChart,
  distributionText,
  formatInput,
  inputName,
  rankedActions,
} from '../model/explanation';
import { tabs } from './tabs';
import type { View } from './view';

const [WIDTH, HEIGHT] = [1000, 20];

/** The middle: why one decision was what it was. */
export function explanationPane(view: View): TemplateResult {
  return html`<main class="middle explanation" tabindex="-1">${tabs(view)} ${content(view)}</main>`;
}

function content({ explanation, actions }: View): TemplateResult {
  switch (explanation.kind) {
    case 'none':
      return html`<p class="empty">Choose “Why?” at a proposal, a decision or an event to see it explained here.</p>`;
    case 'waiting':
      return html`<p class="empty" role="status">Explaining the decision…</p>`;
    case 'failed':
      return html`<div class="banner bad">
        <span role="status">${explanation.error.message} <span class="dim">${explanation.error.remedy}</span></span>
        <vscode-button secondary @click=${actions.explainAgain}>Try again</vscode-button>
      </div>`;
    case 'known':
      return html`${guard([explanation.value], () => explained(explanation.value.explanation))}`;
  }
}

function explained(explanation: Explanation): TemplateResult {
  const { workloadId, atMs, policy, action, reason, explainedMs, observationSpec } = explanation;
  return html`<h1>Why: ${describeAction(action)}</h1>
    <p class="subtitle">
      ${workloadId} · ${formatTime(atMs)} · ${policy} · explained in ${explainedMs.toFixed(1)} ms
    </p>
    <p class="explanation-reason">${reason}</p>
    ${contributions(explanation)}
    <div class="explanation-columns">${alternatives(explanation)} ${distribution(explanation)}</div>
    <details class="fold">
      <summary>All inputs (${observationSpec})</summary>
      ${inputs(explanation)}
    </details>`;
}

/** A table whose bars say at a glance what its numbers say exactly. */
function contributions(explanation: Explanation): TemplateResult {
  const chart = contributionChart(explanation);
  if (chart.bars.length === 0) {
    return html`<p class="empty">The rule went by nothing that could be weighed: its reason says it all.</p>`;
  }
  const hasInputs = chart.bars.some(({ input }) => input !== '');
  const texts = chartTexts(explanation);
  return html`<table class="contribution-table">
    <caption>${texts.caption}</caption>
    <thead>
      <tr>
        <th scope="col">Input</th>
        ${hasInputs ? html`<th scope="col">Was</th>` : nothing}
        <th scope="col">${texts.value}</th>
        <th scope="col"><span class="sr-only">Bar</span></th>
      </tr>
    </thead>
    <tbody>
      ${chart.sum ? edge(texts.baseline, chart.sum.baseline, chart, hasInputs) : nothing}
      ${chart.bars.map((bar) => contribution(bar, chart, hasInputs))}
      ${chart.sum ? edge('Output: the workload as it was', chart.sum.output, chart, hasInputs) : nothing}
    </tbody>
  </table>`;
}

function contribution(
  bar: ContributionBar,
  { domain, sum }: ContributionChart,
  hasInputs: boolean,
): TemplateResult {
  const { name, input, text, sign, from, to } = bar;
  const [left, right] = [place(Math.min(from, to), domain), place(Math.max(from, to), domain)];
  return html`<tr>
    <th scope="row">${name}</th>
    ${hasInputs ? html`<td class="number">${input}</td>` : nothing}
    <td class="number">${text}</td>
    <td class="bar-cell">
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
        ${axis(place(sum ? sum.baseline : 0, domain))}
        ${svg`<rect class=${sign} x=${left} y="3" width=${Math.max(2, right - left)} height=${HEIGHT - 6} />`}
      </svg>
    </td>
  </tr>`;
}

/** Where the bars begin or end. */
function edge(
  label: string,
  value: number,
  { domain, sum }: ContributionChart,
  hasInputs: boolean,
): TemplateResult {
  const x = place(value, domain);
  return html`<tr class="edge">
    <th scope="row" colspan=${hasInputs ? 2 : 1}>${label}</th>
    <td class="number">${value.toFixed(2)}</td>
    <td class="bar-cell">
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
        ${axis(place(sum ? sum.baseline : 0, domain))} ${svg`<path class="edge-line" d="M${x} 0V${HEIGHT}" />`}
      </svg>
    </td>
  </tr>`;
}

function axis(x: number) {
  return svg`<path class="axis" d="M${x} 0V${HEIGHT}" />`;
}

function place(value: number, [from, to]: ContributionChart['domain']): number {
  return ((value - from) / (to - from)) * WIDTH;
}

function alternatives(explanation: Explanation): TemplateResult {
  return html`<section aria-label="Actions">
    <h2>Actions</h2>
    <table class="ranking">
      <caption class="sr-only">The actions with their confidence, likeliest first</caption>
      <tbody>
        ${rankedActions(explanation).map(
          ({ text, confidence, chosen }) => html`<tr class=${chosen ? 'chosen' : ''}>
            <th scope="row">${text}${chosen ? ' (chosen)' : ''}</th>
            <td class="bar-cell">
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="meter" width="100" height="8" />
                <rect class="meter-full" width=${Math.min(100, confidence * 100)} height="8" />
              </svg>
            </td>
            <td class="number">${confidence.toFixed(2)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function distribution({ outOfDistribution }: Explanation): TemplateResult {
  const { text, share, isOutside } = distributionText(outOfDistribution);
  return html`<section aria-label="How unusual it was">
    <h2>How unusual it was</h2>
    ${
      share === null
        ? nothing
        : html`<svg
          class="gauge ${isOutside ? 'outside' : ''}"
          viewBox="0 0 100 10"
          preserveAspectRatio="none"
          role="meter"
          aria-label="How unusual the observation was; 1 is the limit"
          aria-valuemin="0"
          aria-valuemax="2"
          aria-valuenow=${(share * 2).toFixed(2)}
        >
          <rect class="meter" width="100" height="10" />
          <rect class="gauge-full" width=${share * 100} height="10" />
          <path class="edge-line" d="M50 0V10" />
        </svg>`
    }
    <p class=${isOutside ? 'tone-notice' : ''}>${text}</p>
  </section>`;
}

function inputs({ inputs: values }: Explanation): TemplateResult {
  return html`<table class="inputs">
    <caption class="sr-only">What the policy saw, in the order of its observation</caption>
    <tbody>
      ${values.map(
        ({ name, unit, value }) => html`<tr>
          <th scope="row">${capitalised(inputName(name))}</th>
          <td class="number">${formatInput(value, unit)}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}
