import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { ref } from 'lit/directives/ref.js';
import type { ScalingState, WorkloadState } from '../../agent/protocol';
import { noScalerReason } from '../model/scaling';
import { scalingKpis } from '../model/scalingKpis';
import { kpiRow, spans } from './figures';
import { priceSlider } from './priceSlider';
import { selectedEvent } from './selectedEvent';
import { steeringCard } from './steeringCard';
import { tabs } from './tabs';
import type { View } from './view';
import { waitingHere } from './waiting';
import { workloadPicker } from './workloadPane';

const NO_POINTS: readonly [] = [];

/** The middle: how one workload is scaled, by whom, and what it costs. `mountCharts` gets the charts' element. */
export function scalingPane(view: View, mountCharts: (host: Element | undefined) => void): TemplateResult {
  const { workload, scaling } = view;
  if (workload === null) {
    return html`<main class="middle">${tabs(view)}<p class="empty">No workload is watched, so there is nothing to scale.</p></main>`;
  }
  return html`<main class="middle scaling" tabindex="-1">
    ${tabs(view)}
    <div class="title-row">${workloadPicker(view, workload)} ${scaling === null ? nothing : spans(view)}</div>
    ${scaling === null ? empty(view, workload) : content(view, workload, scaling, mountCharts)}
  </main>`;
}

function empty({ actions }: View, workload: WorkloadState): TemplateResult {
  return html`<p class="empty">No scaler looks at this workload: ${noScalerReason(workload)}.</p>
    <p>
      <vscode-button secondary @click=${() => actions.setScaling(workload.id, 'shadow')}
        >Let it decide in shadow</vscode-button
      >
    </p>`;
}

function content(
  view: View,
  { id, ref: { name } }: WorkloadState,
  scaling: ScalingState,
  mountCharts: (host: Element | undefined) => void,
): TemplateResult {
  const points = view.snapshot.scalingPoints[id] ?? NO_POINTS;
  const report = view.costs.kind === 'known' ? view.costs.value.report : null;
  return html`${steeringCard(view, scaling)} ${waitingHere(view, id)}
    ${guard([scaling, points, report], () => kpiRow(scalingKpis(scaling, points, report, view.nowMs)))}
    ${priceSlider(view, scaling)}
    <div
      class="charts"
      tabindex="0"
      role="group"
      aria-label="Charts of the scaling of ${name}. Left and right arrow move the cursor, Enter chooses the event there."
      ${ref(mountCharts)}
    ></div>
    ${selectedEvent(view)}`;
}
