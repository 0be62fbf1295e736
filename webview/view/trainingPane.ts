import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { ref } from 'lit/directives/ref.js';
import { formatAge, formatCount, isOver, type Training } from '../../agent/protocol';
import { trainingLabel, trainingShare, trainingText, trainingTone } from '../model/trainings';
import { tabs } from './tabs';
import type { View } from './view';

/** The middle: one training with its progress and its curves. `mountCharts` gets their element when it comes or goes. */
export function trainingPane(
  view: View,
  training: Training,
  mountCharts: (host: Element | undefined) => void,
): TemplateResult {
  return html`<main class="middle" tabindex="-1">
    ${tabs(view)}
    <div class="title-row">${picker(view, training)} ${cancelButton(view, training)}</div>
    <p class="subtitle" title=${training.folder ?? nothing}>${subtitle(training, view.wallMs)}</p>
    ${guard([training, view.snapshot.models], () => progress(training, view))}
    <div
      class="charts training"
      tabindex="0"
      role="group"
      aria-label="Learning curves of ${trainingLabel(training)}. Left and right arrow move the cursor."
      ${ref(mountCharts)}
    ></div>
  </main>`;
}

function picker({ snapshot, actions }: View, shown: Training): TemplateResult {
  const onChange = (event: Event & { currentTarget: { value: string } }) =>
    actions.choose({ trainingId: event.currentTarget.value });
  return html`<h1>
    <vscode-single-select class="picker" label="Training" @change=${onChange}>
      ${snapshot.trainings.toReversed().map(
        (training) => html`<vscode-option value=${training.id} ?selected=${training.id === shown.id}>
          ${trainingLabel(training)}
        </vscode-option>`,
      )}
    </vscode-single-select>
  </h1>`;
}

function cancelButton({ actions }: View, training: Training): TemplateResult | typeof nothing {
  if (isOver(training)) return nothing;
  return html`<vscode-button
    secondary
    title="End it now; the best policy so far is kept"
    ?disabled=${training.state.kind === 'cancelling'}
    @click=${() => actions.cancelTraining(training.id)}
    >Cancel training</vscode-button
  >`;
}

function subtitle(training: Training, wallMs: number): string {
  const { totalSteps, seed, startedAtMs, folder } = training;
  return [
    `${formatCount(totalSteps)} steps`,
    `seed ${seed}`,
    `began ${formatAge(wallMs - startedAtMs)} ago`,
    folder?.split(/[\\/]/).at(-1) ?? '',
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What counts on is not read out at each step; how it ended is. */
function progress(training: Training, { snapshot }: View): TemplateResult {
  const text = trainingText(training, snapshot.models);
  const share = trainingShare(training);
  return html`<div class="training-progress tone-${trainingTone(training)}">
    ${
      isOver(training)
        ? nothing
        : html`<progress max="1" .value=${share} aria-label="Progress of the training" aria-valuetext=${text}></progress>`
    }
    <p role=${isOver(training) ? 'status' : nothing}>${text}</p>
  </div>`;
}
