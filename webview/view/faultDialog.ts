import { html, type TemplateResult } from 'lit';
import type { WorkloadState } from '../../agent/protocol';
import { type FaultChoice, faultChoices } from '../model/faultCatalogue';
import { modal } from './modal';
import type { Dialog, View } from './view';

type FaultDialog = Extract<Dialog, { kind: 'inject-fault' }>;

/** Which fault, on which workload; every kind by group, with who would do it. */
export function faultDialog(view: View, dialog: FaultDialog): TemplateResult {
  const { showDialog, injectFault: inject } = view.actions;
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
      <div class="kind-groups">
        ${faultChoices(view.snapshot.experiments).map(
          ({ group, choices }) => html`<fieldset class="kinds">
            <legend>${group}</legend>
            ${choices.map((choice) => kindOption(choice, dialog, view))}
          </fieldset>`,
        )}
      </div>`,
    'Inject',
    () => inject(dialog.workloadId, dialog.faultKind),
  );
}

function kindOption(choice: FaultChoice, dialog: FaultDialog, { actions }: View): TemplateResult {
  const { kind, title, detail, provider, problem } = choice;
  return html`<label class=${provider === null ? 'impossible' : ''}>
    <input
      type="radio"
      name="fault-kind"
      value=${kind}
      ?checked=${kind === dialog.faultKind}
      ?disabled=${provider === null}
      @change=${() => actions.showDialog({ ...dialog, faultKind: kind })}
    />
    <span
      >${title}${provider ? html` <span class="dim">${provider}</span>` : ''}<small
        >${problem === null ? detail : `Not here: ${problem}`}</small
      ></span
    >
  </label>`;
}

function workloadOption({ id, ref: { namespace, name } }: WorkloadState, chosenId: string): TemplateResult {
  return html`<option value=${id} ?selected=${id === chosenId}>${namespace}/${name}</option>`;
}
