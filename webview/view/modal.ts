import { html, type TemplateResult } from 'lit';
import type { View } from './view';

/** A question over the page. Closing it in whatever way, Escape too, ends in the dialog's own close event, which gives the focus back. */
export function modal(
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
