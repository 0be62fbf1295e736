import { html, nothing, type TemplateResult } from 'lit';
import { formatTime, type ReleaseState } from '../../agent/protocol';
import { type MetricRow, metricCounts, metricRows } from '../model/analyses';

/** Every metric with its value, phase and resolved query. */
export function analysisTable({ analyses }: ReleaseState, copy: (text: string) => void): TemplateResult {
  const rows = metricRows(analyses);
  return html`<section class="analyses" aria-label="Analyses">
    <h3>Analyses</h3>
    ${rows.length === 0 ? html`<p class="dim">None has run.</p>` : table(rows, copy)}
  </section>`;
}

function table(rows: readonly MetricRow[], copy: (text: string) => void): TemplateResult {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Metric</th>
        <th scope="col">Value</th>
        <th scope="col">Phase</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => metric(row, copy))}
    </tbody>
  </table>`;
}

function metric(row: MetricRow, copy: (text: string) => void): TemplateResult {
  const { analysis, where, metric: one, value, tone } = row;
  return html`<tr>
      <th scope="row" title=${`${analysis}, ${where}`}>${one.name}${one.dryRun ? ' (dry run)' : ''}</th>
      <td class="number">${value}</td>
      <td class="tone-${tone}">${one.phase}</td>
    </tr>
    <tr class="metric-more">
      <td colspan="3">
        <details>
          <summary>${metricCounts(one)}${one.message === '' ? '' : `: ${one.message}`}</summary>
          ${one.condition === '' ? nothing : html`<p>${one.condition}</p>`}
          ${
            one.query === ''
              ? nothing
              : html`<pre tabindex="0" aria-label="Query of ${one.name}">${one.query}</pre>
                  <vscode-button secondary @click=${() => copy(one.query)}>Copy query</vscode-button>`
          }
          <ul>
            ${one.measurements
              .toReversed()
              .map(
                ({ atMs, value: measured, phase, message }) =>
                  html`<li>${[formatTime(atMs), measured || 'no value', phase, message].filter(Boolean).join(' · ')}</li>`,
              )}
          </ul>
        </details>
      </td>
    </tr>`;
}
