import { html, nothing, type TemplateResult } from 'lit';
import { capitalised, formatAge, formatTime } from '../../agent/protocol';
import type { Bar } from '../model/marks';
import type { View } from './view';

/** What was clicked in the lane of events, with what can be shown of it. */
export function selectedEvent({ selected, nowMs, actions }: View): TemplateResult | typeof nothing {
  if (selected === null) return nothing;
  const { lane, text, about } = selected;
  const { proposalId, runId } = about;
  return html`<section class="selected-event" aria-label="Selected event" role="status">
    <span><b>${capitalised(lane)}</b> ${text} <span class="dim">${when(selected, nowMs)}</span></span>
    <span class="run-buttons">
      ${
        proposalId === undefined
          ? nothing
          : html`<vscode-button secondary @click=${() => actions.explain({ proposalId })}>Why?</vscode-button>`
      }
      ${
        runId === undefined
          ? nothing
          : html`<vscode-button secondary @click=${() => actions.choose({ pane: 'chaos', runId })}
              >Show run</vscode-button
            >`
      }
      <vscode-button secondary @click=${() => actions.choose({ selectedId: null })}>Close</vscode-button>
    </span>
  </section>`;
}

function when({ fromMs, toMs }: Bar, nowMs: number): string {
  const lasted = formatAge((toMs ?? nowMs) - fromMs);
  return toMs === null ? `since ${formatTime(fromMs)}, ${lasted}` : `${formatTime(fromMs)}, for ${lasted}`;
}
