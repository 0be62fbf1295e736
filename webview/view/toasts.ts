import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { CLOSE } from './icons';
import type { Toast, View } from './view';

/** Answers to what the user did, and what failed; read out politely. */
export function toastStack({ toasts, announcement, actions }: View): TemplateResult {
  return html`<div class="toasts" role="status" aria-live="polite">
      ${repeat(
        toasts,
        (toast) => toast.id,
        (toast) => html`<div class="toast toast-${toast.kind}">
          ${text(toast)}
          <button class="icon-button" aria-label="Dismiss" @click=${() => actions.dismiss(toast.id)}>${CLOSE}</button>
        </div>`,
      )}
    </div>
    <div class="sr-only" role="status" aria-live="polite">${announcement}</div>`;
}

function text(toast: Toast): TemplateResult {
  if (toast.kind === 'done') return html`<span>${toast.text}</span>`;
  const { message, remedy } = toast.error;
  return html`<span><b>${toast.what}</b><br />${message}<br /><span class="dim">${remedy}</span></span>`;
}
