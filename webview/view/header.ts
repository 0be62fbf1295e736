import { html, nothing, type TemplateResult } from 'lit';
import { type Connection, capitalised, type FaultKind, formatAge, type Mode } from '../../agent/protocol';
import { BOLT, HELM, PAUSE, PLAY, STOP } from './icons';
import type { View } from './view';

const MODES: Record<Mode, string> = {
  observe: 'Watches and explains; never writes',
  approve: 'Asks before each action',
  auto: 'Acts by itself within the guard',
};
const FIRST_FAULT: FaultKind = 'network-delay';

/** What steers Coxswain as a whole. It stays in view, with the emergency stop at its end. */
export function header(view: View): TemplateResult {
  return html`<header class="top">
    <span class="brand">${HELM}<b>Coxswain</b></span>
    ${context(view.snapshot.connection)} ${modes(view)} ${pauseButton(view)}
    <span class="spacer"></span>
    ${dataAge(view)} ${faultButton(view)}
    <vscode-button
      class="stop"
      secondary
      title="End every fault, withdraw what waits, let nothing act (Alt+Shift+S)"
      aria-keyshortcuts="Alt+Shift+S"
      @click=${view.actions.emergencyStop}
      >${STOP} Emergency stop</vscode-button
    >
  </header>`;
}

function context(connection: Connection): TemplateResult {
  if (connection.kind === 'disconnected') return html`<span class="context dim">no cluster</span>`;
  const state = connection.kind === 'connected' && connection.trouble ? 'trouble' : connection.kind;
  const title = connection.kind === 'connected' ? `${connection.server}, ${connection.serverVersion}` : state;
  return html`<span class="context" title=${title}>
    <span class="dot dot-${state}"></span>${connection.context}${
      state === 'connected' ? nothing : html` <span class="dim">${state}</span>`
    }
  </span>`;
}

function modes({ snapshot, actions }: View): TemplateResult {
  const options = Object.entries(MODES) as [Mode, string][];
  return html`<div class="segments" role="group" aria-label="Mode">
    ${options.map(
      ([mode, title]) => html`<button
        aria-pressed=${snapshot.mode === mode}
        title=${title}
        @click=${() => actions.setMode(mode)}
      >
        ${capitalised(mode)}
      </button>`,
    )}
  </div>`;
}

function pauseButton({ snapshot, actions }: View): TemplateResult {
  const paused = snapshot.control.kind === 'paused';
  return html`<vscode-button
    secondary
    ?disabled=${snapshot.control.kind === 'stopped'}
    @click=${paused ? actions.resume : actions.pause}
    >${paused ? PLAY : PAUSE} ${paused ? 'Resume' : 'Pause'}</vscode-button
  >`;
}

/** The age of what the charts show. */
function dataAge({ snapshot, workload, nowMs }: View): TemplateResult {
  const { rate } = snapshot.clock;
  const data = workload?.data;
  const age = data && data.kind !== 'none' ? `data ${formatAge(nowMs - data.atMs)} old` : 'no data';
  return html`<span class="age">
    ${
      rate === 1
        ? nothing
        : html`<span class="tag" title="Ages and charts are in the cluster's time; countdowns in yours"
            >time ×${Number(rate.toFixed(1))}</span
          >`
    }
    <span class=${data?.kind === 'fresh' ? 'dim' : 'tone-notice'}>${age}</span>
  </span>`;
}

function faultButton({ workload, actions }: View): TemplateResult {
  const open = () => {
    if (workload === null) return;
    actions.showDialog({ kind: 'inject-fault', workloadId: workload.id, faultKind: FIRST_FAULT });
  };
  return html`<vscode-button secondary ?disabled=${workload === null} @click=${open}
    >${BOLT} Inject fault…</vscode-button
  >`;
}
