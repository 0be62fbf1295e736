import { html, svg, type TemplateResult } from 'lit';

/** Small pictures before the words of a button; never the only thing that says what a control does. */
function icon(shape: TemplateResult): TemplateResult {
  return html`<svg slot="content-before" class="icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">${shape}</svg>`;
}

export const PAUSE = icon(svg`<path d="M4 3h3v10H4zM9 3h3v10H9z" />`);
export const PLAY = icon(svg`<path d="M4 2.5v11l9-5.5z" />`);
export const STOP = icon(svg`<path d="M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5z" />`);
export const BOLT = icon(svg`<path d="M9 1 3 9h4l-1 6 7-8.5H8.5z" />`);
export const CLOSE = icon(svg`<path d="m4 3 4 4 4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z" />`);
/** A steering wheel: the one who steers is the coxswain. */
export const HELM = html`<svg class="icon helm" viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
  <g fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round">
    <circle cx="8" cy="8" r="4.4" /><circle cx="8" cy="8" r="1.3" />
    <path d="M8 .9v5.8M8 9.3v5.8M.9 8h5.8M9.3 8h5.8M3 3l4.1 4.1M8.9 8.9 13 13M13 3 8.9 7.1M7.1 8.9 3 13" />
  </g></svg>`;
