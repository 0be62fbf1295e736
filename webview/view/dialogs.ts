import { html, nothing, type TemplateResult } from 'lit';
import type { FaultKind, WorkloadState } from '../../agent/protocol';
import type { Dialog, View } from './view';

const FAULTS: Record<FaultKind, { title: string; detail: string }> = {
  'network-delay': { title: 'Network delay', detail: 'Slows the network of one pod' },
  'pod-kill': { title: 'Pod kill', detail: 'Kills one pod; its Deployment makes a new one' },
  'cpu-stress': { title: 'CPU stress', detail: 'Takes CPU time from one pod' },
  'memory-stress': { title: 'Memory stress', detail: 'Fills the memory of one pod, up to an OOM kill' },
};

/** The question that is open, as a modal dialog. */
export function openDialog(view: View): TemplateResult | typeof nothing {
  switch (view.dialog.kind) {
    case 'none':
      return nothing;
    case 'confirm-auto':
      return confirmAuto(view);
    case 'inject-fault':
      return injectFault(view, view.dialog);
  }
}

function confirmAuto(view: View): TemplateResult {
  const { workloads, connection } = view.snapshot;
  const steered = workloads.filter((workload) => workload.steering.kind === 'act');
  const where = connection.kind === 'disconnected' ? '' : ` in ${connection.context}`;
  return modal(
    view,
    'Let Coxswain act by itself?',
    html`<p>In auto mode it may, without asking, within the guard's limits:</p>
      <ul>
        <li>restart and drain pods, and return drained ones to their Services</li>
        <li>scale Deployments up and down</li>
      </ul>
      <p>
        ${
          steered.length === 0
            ? 'No workload may be acted on at the moment: none is in a listed namespace.'
            : html`on <b>${steered.map((workload) => workload.ref.name).join(', ')}</b>${where}.`
        }
        Pause and emergency stop work at any time.
      </p>`,
    'Switch to auto',
    view.actions.confirmAuto,
  );
}

function injectFault(view: View, dialog: Extract<Dialog, { kind: 'inject-fault' }>): TemplateResult {
  const { showDialog, injectFault: inject } = view.actions;
  const kinds = Object.entries(FAULTS) as [FaultKind, (typeof FAULTS)[FaultKind]][];
  return modal(
    view,
    'Inject a fault',
    html`<label class="field"
        >Workload
        <select
          class="text-input"
          @change=${(event: Event & { currentTarget: HTMLSelectElement }) =>
            showDialog({ ...dialog, workloadId: event.currentTarget.value })}
        >
          ${view.snapshot.workloads.map((workload) => workloadOption(workload, dialog.workloadId))}
        </select>
      </label>
      <fieldset class="kinds">
        <legend>Fault</legend>
        ${kinds.map(
          ([kind, { title, detail }]) => html`<label>
            <input
              type="radio"
              name="fault-kind"
              value=${kind}
              ?checked=${kind === dialog.faultKind}
              @change=${() => showDialog({ ...dialog, faultKind: kind })}
            />
            <span>${title}<small>${detail}</small></span>
          </label>`,
        )}
      </fieldset>`,
    'Inject',
    () => inject(dialog.workloadId, dialog.faultKind),
  );
}

function workloadOption({ id, ref: { namespace, name } }: WorkloadState, chosenId: string): TemplateResult {
  return html`<option value=${id} ?selected=${id === chosenId}>${namespace}/${name}</option>`;
}

/** Closing it in whatever way, Escape too, ends in the dialog's own close event, which gives the focus back. */
function modal(
  { actions }: View,
  title: string,
  body: TemplateResult,
  confirmText: string,
  confirm: () => void,
): TemplateResult {
  const close = (event: Event) => {
    if (event.currentTarget instanceof Element) event.currentTarget.closest('dialog')?.close();
  };
  const accept = (event: Event) => {
    close(event);
    confirm();
  };
  return html`<dialog
    aria-labelledby="dialog-title"
    @close=${() => actions.showDialog({ kind: 'none' })}
  >
    <h2 id="dialog-title">${title}</h2>
    ${body}
    <div class="dialog-buttons">
      <vscode-button secondary @click=${close}>Cancel</vscode-button>
      <vscode-button @click=${accept}>${confirmText}</vscode-button>
    </div>
  </dialog>`;
}

/** Opens the dialog that a render has put into the page. Only what is in the page can be modal. */
export function showNewDialog(root: HTMLElement): void {
  const dialog = root.querySelector('dialog');
  if (dialog !== null && !dialog.open) dialog.showModal();
}
