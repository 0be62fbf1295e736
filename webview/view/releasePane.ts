import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { ref } from 'lit/directives/ref.js';
import type { ReleaseState } from '../../agent/protocol';
import { releaseKpis } from '../model/releaseKpis';
import { releaseTitle } from '../model/releases';
import { analysisTable } from './analysisTable';
import { evidenceCard } from './evidenceCard';
import { kpiRow, spans } from './figures';
import { releaseCard, versionCards } from './releaseCards';
import { selectedEvent } from './selectedEvent';
import { tabs } from './tabs';
import type { View } from './view';
import { waitingHere } from './waiting';

const NO_POINTS: readonly [] = [];

/** The middle: how one release stands, what speaks for it, and what can be done. `mountCharts` gets the charts' element. */
export function releasePane(view: View, mountCharts: (host: Element | undefined) => void): TemplateResult {
  const { release } = view;
  if (release === null) return empty(view);
  const { id, ref: workload } = release;
  const points = view.snapshot.releasePoints[id] ?? NO_POINTS;
  return html`<main class="middle releases" tabindex="-1">
    ${tabs(view)}
    <div class="title-row">${picker(view, release)} ${spans(view)}</div>
    <div class="release-body">
      <div class="release-main">
        ${releaseCard(view, release)} ${waitingHere(view, id)}
        ${guard([release, points], () => kpiRow(releaseKpis(release, points)))}
        <div
          class="charts"
          tabindex="0"
          role="group"
          aria-label="Charts of the release of ${workload.name}. Left and right arrow move the cursor, Enter chooses the event there."
          ${ref(mountCharts)}
        ></div>
        ${selectedEvent(view)}
      </div>
      <div class="release-side" tabindex="0" role="group" aria-label="Versions, evidence and analyses of ${workload.name}">
        ${versionCards(release)} ${evidenceCard(view, release)}
        ${guard([release.analyses], () => analysisTable(release, view.actions.copy))}
      </div>
    </div>
  </main>`;
}

function empty(view: View): TemplateResult {
  const text =
    view.snapshot.connection.kind === 'connected'
      ? 'Nothing here can be released step by step yet. “Make Canary…” in VS Code makes a Deployment one; Rollouts of Argo and Canaries of Flagger show by themselves.'
      : 'No cluster is connected, so nothing can be released.';
  return html`<main class="middle" tabindex="-1">${tabs(view)}<p class="empty">${text}</p></main>`;
}

function picker({ snapshot, actions }: View, shown: ReleaseState): TemplateResult {
  const onChange = (event: Event & { currentTarget: { value: string } }) =>
    actions.choose({ releaseId: event.currentTarget.value, selectedId: null });
  return html`<h1>
    <vscode-single-select class="picker" label="Release" @change=${onChange}>
      ${snapshot.releases.map(
        (release) => html`<vscode-option value=${release.id} ?selected=${release.id === shown.id}>
          ${releaseTitle(release, snapshot.releases)}
        </vscode-option>`,
      )}
    </vscode-single-select>
    ${snapshot.releases.length > 1 ? html`<small class="dim">${snapshot.releases.length} releases</small>` : nothing}
  </h1>`;
}
