import { html, type TemplateResult } from 'lit';
import { autoscalersText, HAND_BACK_PROMISE, TAKE_OVERS } from '../model/scaling';
import { modal } from './modal';
import type { Dialog, View } from './view';

type TakeOverDialog = Extract<Dialog, { kind: 'take-over' }>;

/** How much say the scaler is to have; what it changes is shown by the proposal that this asks for. */
export function takeOverDialog(view: View, dialog: TakeOverDialog): TemplateResult {
  const { takeOver, showDialog } = view.actions;
  const scaling = view.snapshot.scaling.find(({ id }) => id === dialog.workloadId);
  const name = dialog.workloadId.split('/').at(-1) ?? dialog.workloadId;
  return modal(
    view,
    `Take over from ${scaling ? autoscalersText(scaling) : name}`,
    html`<fieldset class="kinds">
        <legend class="sr-only">How much say</legend>
        ${TAKE_OVERS.map(
          ({ how, title, detail }) => html`<label>
            <input
              type="radio"
              name="how"
              value=${how}
              ?checked=${how === dialog.how}
              @change=${() => showDialog({ ...dialog, how })}
            />
            <span>${title}<small>${detail}</small></span>
          </label>`,
        )}
      </fieldset>
      <p>${HAND_BACK_PROMISE}</p>`,
    'Propose it',
    () => takeOver(dialog.workloadId, dialog.how),
  );
}
