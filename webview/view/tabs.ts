import { html, nothing, type TemplateResult } from 'lit';
import { isOver } from '../../agent/protocol';
import type { Pane } from '../uiState';
import type { View } from './view';

const TABS: Record<Pane, string> = { live: 'Workloads', training: 'Training' };

/** What the middle shows; there is a choice once something was trained. */
export function tabs({ snapshot, pane, actions }: View): TemplateResult | typeof nothing {
  const { trainings } = snapshot;
  if (trainings.length === 0) return nothing;
  const running = trainings.filter((training) => !isOver(training)).length;
  return html`<div class="tabs" role="group" aria-label="Shown">
    ${(Object.entries(TABS) as [Pane, string][]).map(
      ([name, title]) => html`<button
        aria-pressed=${pane === name}
        @click=${() => actions.choose({ pane: name })}
      >
        ${title}${name === 'training' && running > 0 ? html` <vscode-badge>${running}</vscode-badge>` : nothing}
      </button>`,
    )}
  </div>`;
}
