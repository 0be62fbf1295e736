import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { RecoveryStatistics } from '../../agent/protocol';
import { type RecoveryRow, recoveryFigures, recoveryRows } from '../model/recovery';
import { RECOVERY_HOURS } from '../uiState';
import type { View } from './view';

const SPANS: Record<(typeof RECOVERY_HOURS)[number], string> = {
  1: 'last hour',
  24: 'last day',
  168: 'last week',
  0: 'all',
};

/** How the workloads have recovered, as the journal tells it. */
export function recoveryPanel(view: View): TemplateResult {
  return html`<section class="recoveries" aria-label="Recoveries">
    <div class="title-row">
      <h2>Recoveries</h2>
      ${spans(view)}
    </div>
    ${content(view)}
  </section>`;
}

function spans({ ui, actions }: View): TemplateResult {
  return html`<div class="segments small" role="group" aria-label="Recoveries of">
    ${RECOVERY_HOURS.map(
      (hours) => html`<button
        aria-pressed=${ui.recoveryHours === hours}
        @click=${() => actions.choose({ recoveryHours: hours })}
      >
        ${SPANS[hours]}
      </button>`,
    )}
  </div>`;
}

function content({ recoveries }: View): TemplateResult {
  switch (recoveries.kind) {
    case 'none':
    case 'waiting':
      return html`<p class="empty" role="status">Reading the journal…</p>`;
    case 'failed':
      return html`<div class="banner bad">
        <span role="status">${recoveries.error.message} <span class="dim">${recoveries.error.remedy}</span></span>
      </div>`;
    case 'known':
      return html`${guard([recoveries.value], () => counted(recoveries.value.statistics))}`;
  }
}

function counted(statistics: RecoveryStatistics): TemplateResult {
  const rows = recoveryRows(statistics);
  return html`<dl class="kpis even">
      ${recoveryFigures(statistics).map(
        ({ title, value, detail, tone }) => html`<div>
          <dt>${title}</dt>
          <dd class="kpi-value tone-${tone}">${value}</dd>
          <dd class="kpi-detail">${detail}</dd>
        </div>`,
      )}
    </dl>
    ${rows.length === 0 ? html`<p class="empty">No incident in this time.</p>` : table(rows)}`;
}

function table(rows: readonly RecoveryRow[]): TemplateResult {
  return html`<table class="recovery-table">
    <caption class="sr-only">Incidents by the kind of fault that was behind them</caption>
    <thead>
      <tr>
        <th scope="col">Fault</th>
        <th scope="col">Incidents</th>
        <th scope="col">Detected in</th>
        <th scope="col">Recovered in</th>
        <th scope="col"><span class="sr-only">Bar</span></th>
        <th scope="col">Actions</th>
        <th scope="col">In vain</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) => html`<tr>
          <th scope="row">${row.kind}</th>
          <td class="number">${row.incidents}</td>
          <td class="number">${row.detection}</td>
          <td class="number">${row.recovery}</td>
          <td class="bar-cell">${bar(row)}</td>
          <td class="number">${row.actions}</td>
          <td>${row.wasted}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Full up to the median, thin up to the 95th percentile. */
function bar({ medianShare, p95Share }: RecoveryRow): TemplateResult | typeof nothing {
  if (medianShare === null || p95Share === null) return nothing;
  return html`<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="bar-tail" y="4" width=${p95Share * 100} height="2" />
    <rect class="bar-median" y="1" width=${medianShare * 100} height="8" />
  </svg>`;
}
