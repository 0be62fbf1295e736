import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { capitalised, formatTime } from '../../agent/protocol';
import { ACTIVITY_GROUPS, type ActivityLine, activityLines } from '../model/activity';
import type { UiState } from '../uiState';
import type { View } from './view';

/** The kept journal rows, newest first. */
export function activityLog({ snapshot, ui, actions }: View): TemplateResult {
  const { activityGroup: group, activityText: text } = ui;
  return html`<section class="activity" aria-label="Activity">
    <h2>Activity</h2>
    ${filter(ui, actions.choose)}
    ${guard([snapshot.activity, group, text], () => {
      const lines = activityLines(snapshot.activity, group, text);
      if (lines.length === 0) return html`<p class="empty">Nothing here yet.</p>`;
      return html`<ol class="log">${repeat(
        lines,
        (line) => line.seq,
        (line) => row(line, actions),
      )}</ol>`;
    })}
  </section>`;
}

function filter(ui: UiState, choose: (part: Partial<UiState>) => void): TemplateResult {
  const onGroup = (event: Event & { currentTarget: { value: string } }) => {
    const group = ACTIVITY_GROUPS.find((name) => name === event.currentTarget.value);
    if (group) choose({ activityGroup: group });
  };
  const onText = (event: Event & { currentTarget: HTMLInputElement }) =>
    choose({ activityText: event.currentTarget.value });
  return html`<div class="log-filter">
    <vscode-single-select label="Show" @change=${onGroup}>
      ${ACTIVITY_GROUPS.map(
        (name) => html`<vscode-option value=${name} ?selected=${name === ui.activityGroup}>
          ${capitalised(name)}
        </vscode-option>`,
      )}
    </vscode-single-select>
    <input
      type="search"
      class="text-input"
      placeholder="Filter"
      aria-label="Filter the activity"
      .value=${live(ui.activityText)}
      @input=${onText}
    />
  </div>`;
}

function row(
  { atMs, label, text, workload, tone, about }: ActivityLine,
  actions: View['actions'],
): TemplateResult {
  return html`<li>
    <time>${formatTime(atMs)}</time>
    <span
      ><b class="tone-${tone}">${label}</b> ${workload ? html`<i>${workload}</i> ` : ''}${text}
      ${link(about, actions)}</span
    >
  </li>`;
}

/** What a row leads to. */
function link(
  { seq, runId }: ActivityLine['about'],
  actions: View['actions'],
): TemplateResult | typeof nothing {
  if (seq !== undefined) {
    return html`<button class="link" @click=${() => actions.explain({ seq })}>Why?</button>`;
  }
  if (runId === undefined) return nothing;
  return html`<button class="link" @click=${() => actions.choose({ pane: 'chaos', runId })}>Show run</button>`;
}
