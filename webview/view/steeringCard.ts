import { html, nothing, type TemplateResult } from 'lit';
import type { ScalingState } from '../../agent/protocol';
import { autoscalerLine, handedOver, scalingProblems, steeringWords } from '../model/scaling';
import type { View } from './view';

const TAKE_OVER_REFUSED = 'In mode observe nothing is taken over: switch to approve or auto first.';

/** Who is in charge of the replicas, why, and the buttons that change it. */
export function steeringCard(view: View, scaling: ScalingState): TemplateResult {
  const { title, text, tone } = steeringWords(scaling, view.nowMs);
  return html`<section class="steering-card edge-${tone}" aria-label="Who scales">
    <div class="title-row">
      <h2 class="tone-${tone}">${title}</h2>
      <span class="run-buttons">${buttons(view, scaling)}</span>
    </div>
    <p>${text}</p>
    ${scalingProblems(scaling).map((problem) => html`<p class="tone-notice" role="status">${problem}</p>`)}
    <ul class="autoscalers">
      ${scaling.autoscalers.map((autoscaler) => html`<li>${autoscalerLine(autoscaler)}</li>`)}
      <li>Coxswain: ${scaling.minReplicas}…${scaling.maxReplicas} replicas</li>
    </ul>
    <p class="dim">${scaling.status}</p>
  </section>`;
}

function buttons(view: View, scaling: ScalingState): TemplateResult {
  const { actions, snapshot } = view;
  const { id, violationPrice } = scaling;
  const observes = snapshot.mode === 'observe';
  return html`${
    handedOver(scaling) === null
      ? html`<vscode-button
          ?disabled=${observes || scaling.autoscalers.length !== 1}
          title=${observes ? TAKE_OVER_REFUSED : whyNoTakeOver(scaling)}
          @click=${() => actions.showDialog({ kind: 'take-over', workloadId: id, how: 'advise' })}
          >Take over…</vscode-button
        >`
      : html`<vscode-button @click=${() => actions.handBack(id)}>Hand back</vscode-button>`
  }
    <vscode-button secondary @click=${() => actions.calibrate(id, violationPrice)}>Calibrate</vscode-button>
    <vscode-button
      secondary
      title="Decide nothing here; what was taken over is handed back first"
      @click=${() => actions.setScaling(id, 'off')}
      >Turn off</vscode-button
    >`;
}

function whyNoTakeOver({ autoscalers }: ScalingState): string | typeof nothing {
  if (autoscalers.length === 0) return 'There is no autoscaler to take over from.';
  return autoscalers.length > 1 ? 'Two autoscalers are a mistake: remove one of them first.' : nothing;
}
