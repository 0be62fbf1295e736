import { html, nothing, type TemplateResult } from 'lit';
import type { Kpi } from '../model/kpis';
import { SCALING_MINUTES } from '../uiState';
import type { View } from './view';

const SPANS: Record<(typeof SCALING_MINUTES)[number], string> = {
  15: 'last 15 min',
  60: 'last hour',
  150: 'last 150 min',
};

/** How much of the past the charts of long stories show. */
export function spans({ ui, actions }: View): TemplateResult {
  return html`<div class="segments small" role="group" aria-label="Time shown">
    ${SCALING_MINUTES.map(
      (minutes) => html`<button
        aria-pressed=${ui.scalingMinutes === minutes}
        @click=${() => actions.choose({ scalingMinutes: minutes })}
      >
        ${SPANS[minutes]}
      </button>`,
    )}
  </div>`;
}

/** Figures beside each other, all of the same weight. */
export function kpiRow(kpis: readonly Kpi[]): TemplateResult {
  return html`<dl class="kpis even">
    ${kpis.map(
      ({ title, value, detail, tone }) => html`<div>
        <dt>${title}</dt>
        <dd class="kpi-value tone-${tone}">${value}</dd>
        <dd class="kpi-detail" title=${detail}>${detail || nothing}</dd>
      </div>`,
    )}
  </dl>`;
}
