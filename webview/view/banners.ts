import { html, nothing, type TemplateResult } from 'lit';
import { type ErrorInfo, formatAge } from '../../agent/protocol';
import type { TransportState } from '../transport/transport';
import type { View } from './view';

/** What stands between the user and a live, acting loop, most basic first. */
export function banners(view: View): TemplateResult {
  return html`<div class="banners">
    ${transportBanner(view.transport, view.wallMs, view.actions.reconnect)} ${clusterBanner(view)}
    ${controlBanner(view)}
  </div>`;
}

export function transportBanner(
  state: TransportState,
  wallMs: number,
  reconnect: () => void,
): TemplateResult | typeof nothing {
  if (state.kind === 'open') return nothing;
  if (state.kind === 'connecting') return html`<div class="banner notice">Connecting to the agent…</div>`;
  const seconds =
    state.kind === 'waiting' && state.retryAtMs !== null ? Math.ceil((state.retryAtMs - wallMs) / 1000) : 0;
  return html`<div class="banner bad">
    ${problem(state.error)}
    <vscode-button secondary @click=${reconnect}>
      ${seconds > 0 ? `Try now (${seconds} s)` : 'Try now'}
    </vscode-button>
  </div>`;
}

function clusterBanner({ snapshot: { connection } }: View): TemplateResult | typeof nothing {
  switch (connection.kind) {
    case 'disconnected':
      return html`<div class="banner notice">
        <span>No cluster is connected. Connect to a context, or start the embedded cluster.</span>
      </div>`;
    case 'connecting':
      return html`<div class="banner notice">Connecting to ${connection.context}…</div>`;
    case 'failed':
      return html`<div class="banner bad">${problem(connection.error)}</div>`;
    case 'connected':
      return connection.trouble
        ? html`<div class="banner bad">${problem(connection.trouble)}</div>`
        : nothing;
  }
}

function controlBanner({ snapshot, nowMs, actions }: View): TemplateResult | typeof nothing {
  const { control } = snapshot;
  if (control.kind === 'running') return nothing;
  const since = `by ${control.by}, ${formatAge(nowMs - control.atMs)} ago`;
  if (control.kind === 'paused') {
    return html`<div class="banner notice"><span><b role="status">Paused</b> ${since}. Nothing acts; watching goes on.</span></div>`;
  }
  return html`<div class="banner bad">
    <span><b role="status">Emergency stop</b> ${since}. Nothing acts until it is cleared.</span>
    <vscode-button secondary @click=${actions.clearStop}
      >Clear and resume</vscode-button
    >
  </div>`;
}

/** Read out by screen readers; what counts seconds stays outside, or it would be read each second. */
function problem({ message, remedy }: ErrorInfo): TemplateResult {
  return html`<span role="status">${message} <span class="dim">${remedy}</span></span>`;
}
