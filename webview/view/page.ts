import { html, type TemplateResult } from 'lit';
import type { TransportState } from '../transport/transport';
import { activityLog } from './activityLog';
import { banners, transportBanner } from './banners';
import { calibrationPane } from './calibrationPane';
import { chaosPane } from './chaosPane';
import { openDialog } from './dialogs';
import { explanationPane } from './explanationPane';
import { header } from './header';
import { HELM } from './icons';
import { releasePane } from './releasePane';
import { scalingPane } from './scalingPane';
import { toastStack } from './toasts';
import { trainingPane } from './trainingPane';
import type { View } from './view';
import { waitingSection } from './waiting';
import { workloadList } from './workloadList';
import { workloadPane } from './workloadPane';

/** What is shown until the agent has sent its state. */
export function startPage(state: TransportState, wallMs: number, reconnect: () => void): TemplateResult {
  return html`<main class="start">
    ${HELM}
    <div>
      ${state.kind === 'open' ? 'Waiting for the agent…' : transportBanner(state, wallMs, reconnect)}
    </div>
  </main>`;
}

/** Told the element that charts are drawn in when it comes, and undefined when it goes. */
type Mount = (host: Element | undefined) => void;

interface Mounts {
  live: Mount;
  scaling: Mount;
  release: Mount;
  training: Mount;
}

/** The whole dashboard. */
export function page(view: View, charts: Mounts): TemplateResult {
  return html`${header(view)} ${banners(view)}
    <div class=${view.transport.kind === 'open' ? 'columns' : 'columns old'}>
      ${workloadList(view)} ${middle(view, charts)}
      <aside class="right">${waitingSection(view)} ${activityLog(view)}</aside>
    </div>
    ${openDialog(view)} ${toastStack(view)}`;
}

function middle(view: View, charts: Mounts): TemplateResult {
  const { pane, training } = view;
  if (pane === 'scaling') return scalingPane(view, charts.scaling);
  if (pane === 'releases') return releasePane(view, charts.release);
  if (pane === 'calibration') return calibrationPane(view);
  if (pane === 'chaos') return chaosPane(view);
  if (pane === 'explanation') return explanationPane(view);
  if (pane === 'training' && training) return trainingPane(view, training, charts.training);
  return workloadPane(view, charts.live);
}
