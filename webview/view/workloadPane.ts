import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { ref } from 'lit/directives/ref.js';
import { type Fault, formatAge, type WorkloadState } from '../../agent/protocol';
import { formatLatency, formatShare } from '../format';
import { kpisOf } from '../model/kpis';
import { workloadLabel } from '../model/workloads';
import { WINDOWS_MINUTES } from '../uiState';
import { faultChip } from './chaosPane';
import { selectedEvent } from './selectedEvent';
import { tabs } from './tabs';
import type { View } from './view';
import { waitingHere } from './waiting';

/** The middle: one workload with its figures and charts. `mountCharts` gets the charts' element when it comes or goes. */
export function workloadPane(view: View, mountCharts: (host: Element | undefined) => void): TemplateResult {
  const { workload, snapshot } = view;
  if (workload === null) {
    return html`<main class="middle">${tabs(view)}<p class="empty">No workload is watched, so there is nothing to chart.</p></main>`;
  }
  return html`<main class="middle" tabindex="-1">
    ${tabs(view)}
    <div class="title-row">${workloadPicker(view, workload)} ${windows(view)}</div>
    <p class="subtitle">${subtitle(workload, view.nowMs)}</p>
    ${snapshot.faults.filter((fault) => isRunning(fault, workload)).map((fault) => faultChip(fault, view))}
    ${waitingHere(view, workload.id)}
    ${guard([workload, snapshot.activity, snapshot.samples[workload.id]], () => kpiRow(view, workload))}
    <div
      class="charts"
      tabindex="0"
      role="group"
      aria-label="Charts of ${workload.ref.name}. Left and right arrow move the cursor, Enter chooses the event there."
      ${ref(mountCharts)}
    ></div>
    ${selectedEvent(view)}
  </main>`;
}

/** Chooses the workload that the panes of one workload show. */
export function workloadPicker({ snapshot, actions }: View, shown: WorkloadState): TemplateResult {
  const onChange = (event: Event & { currentTarget: { value: string } }) =>
    actions.choose({ workloadId: event.currentTarget.value });
  return html`<h1>
    <vscode-single-select class="picker" label="Workload" @change=${onChange}>
      ${snapshot.workloads.map(
        (workload) => html`<vscode-option value=${workload.id} ?selected=${workload.id === shown.id}>
          ${workloadLabel(workload, snapshot.workloads)}
        </vscode-option>`,
      )}
    </vscode-single-select>
  </h1>`;
}

function windows({ ui, actions }: View): TemplateResult {
  return html`<div class="segments small" role="group" aria-label="Time shown">
    ${WINDOWS_MINUTES.map(
      (minutes) => html`<button
        aria-pressed=${ui.windowMinutes === minutes}
        @click=${() => actions.choose({ windowMinutes: minutes })}
      >
        last ${minutes} min
      </button>`,
    )}
  </div>`;
}

function subtitle(workload: WorkloadState, nowMs: number): string {
  const { ref: workloadRef, policy, slo, tasks, steering, replicasOwner, lastAction } = workload;
  return [
    `${workloadRef.namespace}/${workloadRef.kind}`,
    tasks.join(', '),
    `policy ${policy.name} ${policy.version}`,
    `SLO p95 < ${formatLatency(slo.latencyP95Ms)}, errors < ${formatShare(slo.errorRate, 1)}`,
    steering.kind === 'observe-only' ? `observe only: ${steering.reason}` : '',
    replicasOwner ? `${replicasOwner} owns the replicas` : '',
    lastAction ? `last action ${formatAge(nowMs - lastAction.atMs)} ago: ${lastAction.text}` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

function isRunning(fault: Fault, workload: WorkloadState): boolean {
  return fault.workloadId === workload.id && fault.endedAtMs === null;
}

function kpiRow({ snapshot }: View, workload: WorkloadState): TemplateResult {
  return html`<dl class="kpis">
    ${kpisOf(snapshot, workload).map(
      ({ title, value, detail, tone }) => html`<div>
        <dt>${title}</dt>
        <dd class="kpi-value tone-${tone}">${value}</dd>
        <dd class="kpi-detail" title=${detail}>${detail || nothing}</dd>
      </div>`,
    )}
  </dl>`;
}
