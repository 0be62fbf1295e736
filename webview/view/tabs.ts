import { html, nothing, type TemplateResult } from 'lit';
import { isOver } from '../../agent/protocol';
import { isRunningJob } from '../model/calibration';
import { isUnderWay } from '../model/releases';
import { isRunning } from '../model/runs';
import type { Pane } from '../uiState';
import type { View } from './view';

const TABS: Record<Pane, string> = {
  live: 'Workloads',
  scaling: 'Scaling',
  releases: 'Releases',
  calibration: 'Calibration',
  chaos: 'Chaos and recovery',
  training: 'Training',
  explanation: 'Explanation',
};

/** What the middle shows; trainings and an explanation once there is one. */
export function tabs(view: View): TemplateResult {
  const { pane, actions } = view;
  return html`<div class="tabs" role="group" aria-label="Shown">
    ${(Object.entries(TABS) as [Pane, string][])
      .filter(([name]) => isOffered(name, view))
      .map(
        ([name, title]) => html`<button
          aria-pressed=${pane === name}
          @click=${() => actions.choose({ pane: name })}
        >
          ${title}${badge(running(name, view))}
        </button>`,
      )}
  </div>`;
}

function isOffered(name: Pane, { snapshot, ui }: View): boolean {
  if (name === 'training') return snapshot.trainings.length > 0;
  if (name === 'calibration') return snapshot.calibrations.length + snapshot.calibrationJobs.length > 0;
  return name !== 'explanation' || ui.decision !== null;
}

function running(name: Pane, { snapshot }: View): number {
  if (name === 'training') return snapshot.trainings.filter((training) => !isOver(training)).length;
  if (name === 'calibration') return snapshot.calibrationJobs.filter(isRunningJob).length;
  if (name === 'releases') return snapshot.releases.filter(isUnderWay).length;
  return name === 'chaos' ? snapshot.runs.filter(isRunning).length : 0;
}

function badge(count: number): TemplateResult | typeof nothing {
  return count === 0 ? nothing : html` <vscode-badge>${count}</vscode-badge>`;
}
