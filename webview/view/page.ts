import { html, type TemplateResult } from 'lit';
import type { TransportState } from '../transport/transport';
import { activityLog } from './activityLog';
import { banners, transportBanner } from './banners';
import { openDialog } from './dialogs';
import { header } from './header';
import { HELM } from './icons';
import { toastStack } from './toasts';
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

/** The whole dashboard. */
export function page(view: View, mountCharts: (host: Element | undefined) => void): TemplateResult {
  return html`${header(view)} ${banners(view)}
    <div class=${view.transport.kind === 'open' ? 'columns' : 'columns old'}>
      ${workloadList(view)} ${workloadPane(view, mountCharts)}
      <aside class="right">${waitingSection(view)} ${activityLog(view)}</aside>
    </div>
    ${openDialog(view)} ${toastStack(view)}`;
}
