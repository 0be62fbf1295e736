import { html, nothing, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { WorkloadState } from '../../agent/protocol';
import { sparklinePath, workloadLabel, workloadNote } from '../model/workloads';
import type { View } from './view';

const [WIDTH, HEIGHT] = [200, 20];

/** The left column of the browser's dashboard; in VS Code the sidebar has it. */
export function workloadList(view: View): TemplateResult {
  const { workloads } = view.snapshot;
  return html`<nav class="left" aria-label="Workloads">
    <h2>Workloads</h2>
    ${workloads.length === 0 ? html`<p class="empty">No workload is watched.</p>` : nothing}
    ${repeat(
      workloads,
      (workload) => workload.id,
      (workload) => row(workload, view),
    )}
  </nav>`;
}

function row(workload: WorkloadState, { snapshot, workload: shown, nowMs, actions }: View): TemplateResult {
  const samples = snapshot.samples[workload.id] ?? [];
  return html`<button
    class="workload"
    aria-current=${workload.id === shown?.id}
    title=${workload.id}
    @click=${() => actions.choose({ workloadId: workload.id })}
  >
    <span class="workload-head">
      <span class="dot dot-${toneOfData(workload)}"></span>
      <span class="workload-name">${workloadLabel(workload, snapshot.workloads)}</span>
      <span class="ready">${workload.readyReplicas}/${workload.desiredReplicas}</span>
    </span>
    <span class="workload-note">${workloadNote(workload, nowMs)}</span>
    ${guard([samples, workload.slo.latencyP95Ms], () => sparkline(samples, workload.slo.latencyP95Ms))}
  </button>`;
}

/** Data that cannot be trusted has no colour of health. */
export function toneOfData({ data, health }: WorkloadState): string {
  return data.kind === 'fresh' ? health : 'unknown';
}

function sparkline(samples: View['snapshot']['samples'][string], sloMs: number): TemplateResult {
  const path = sparklinePath(samples, sloMs, WIDTH, HEIGHT);
  return html`<svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${
      path === ''
        ? svg`<path class="sparkline-empty" d="M0 ${HEIGHT - 4}H${WIDTH}" />`
        : svg`<path d=${path} />`
    }
  </svg>`;
}
