import { html, type TemplateResult } from 'lit';
import { PLAIN_OPERATIONS } from '../model/releaseOperations';
import { workloadName } from '../model/runs';
import { modal } from './modal';
import type { Dialog, View } from './view';

/** What speaks against an operation, before a person does it all the same. */
export function releaseDialog(
  view: View,
  { releaseId, operation, text }: Extract<Dialog, { kind: 'confirm-release' }>,
): TemplateResult {
  const { title, detail } = PLAIN_OPERATIONS[operation];
  return modal(
    view,
    `${title}: ${workloadName(releaseId)}?`,
    html`<p>${text}</p>
      <p class="dim">${detail}</p>`,
    title,
    () => view.actions.confirmRelease(releaseId, operation),
  );
}
