import { html, nothing, type TemplateResult } from 'lit';
import { type ReleaseState, type ReleaseVersion, sentence } from '../../agent/protocol';
import { endReason } from '../model/releaseEvents';
import { PLAIN_OPERATIONS, type PlainOperationKind } from '../model/releaseOperations';
import {
  isUnderWay,
  operatorText,
  releaseProblems,
  releaseWords,
  shortImage,
  stepText,
  weightWords,
} from '../model/releases';
import { STOP } from './icons';
import type { View } from './view';

/** What has a button here; the others are in VS Code's menus and on the command line. */
const BUTTONS: readonly PlainOperationKind[] = ['pause', 'resume', 'promote', 'abort', 'retry', 'reset'];

/** How it stands and why, with the buttons that change it. */
export function releaseCard(view: View, release: ReleaseState): TemplateResult {
  const { title, text, tone } = releaseWords(release, view.nowMs);
  const why = endReason(view.snapshot.activity, release);
  return html`<section class="steering-card edge-${tone}" aria-label="Release">
    <div class="title-row">
      <h2 class="tone-${tone}">${title}</h2>
      <span class="run-buttons">${buttons(view, release)}</span>
    </div>
    ${isUnderWay(release) ? weightMeter(release) : nothing}
    <p role="status">${text}</p>
    ${why === null ? nothing : html`<p><b>Why:</b> ${sentence(why)}</p>`}
    ${releaseProblems(release).map((problem) => html`<p class="tone-notice" role="status">${problem}</p>`)}
    <p class="dim">${[operatorText(release), stepText(release)].filter(Boolean).join(' · ')}</p>
  </section>`;
}

function weightMeter({ weight }: ReleaseState): TemplateResult {
  return html`<div class="meter-line" role="img" aria-label=${weightWords(weight)}>
    <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="meter" width="100" height="4" />
      <rect class="meter-full weight" width=${weight ?? 0} height="4" />
    </svg>
  </div>`;
}

function buttons(view: View, release: ReleaseState): TemplateResult {
  const { operations } = release;
  return html`${BUTTONS.filter((kind) => operations.includes(kind)).map((kind) => button(view, release, kind))}
  ${
    operations.includes('rollback')
      ? html`<vscode-button
          class="stop"
          secondary
          title=${PLAIN_OPERATIONS.rollback.detail}
          @click=${() => view.actions.operateRelease(release.id, 'rollback')}
          >${STOP} ${PLAIN_OPERATIONS.rollback.title}</vscode-button
        >`
      : nothing
  }`;
}

function button({ actions }: View, { id }: ReleaseState, kind: PlainOperationKind): TemplateResult {
  const { title, detail } = PLAIN_OPERATIONS[kind];
  return html`<vscode-button secondary title=${detail} @click=${() => actions.operateRelease(id, kind)}
    >${title}</vscode-button
  >`;
}

/** The two versions beside each other, and below them what the canary is compared with where that is not stable. */
export function versionCards({ stable, canary, baseline, weight }: ReleaseState): TemplateResult {
  const rest = weight === null ? null : 100 - weight - (baseline?.weight ?? 0);
  return html`<div class="version-cards">
    ${versionCard('Stable', 'stable', stable, rest)}
    ${versionCard('Canary', 'canary', canary, weight)}
    ${baseline === null ? nothing : versionCard('Baseline', 'stable', baseline, baseline.weight)}
  </div>`;
}

function versionCard(
  title: 'Stable' | 'Canary' | 'Baseline',
  key: 'stable' | 'canary',
  version: ReleaseVersion | null,
  share: number | null,
): TemplateResult {
  return html`<section class="version-card" aria-label=${title}>
    <h3 class="chart-key key-${key}">${title}</h3>
    ${
      version === null
        ? html`<p class="dim">none</p>`
        : html`<p class="version-image" title=${version.images.join(', ')}>
              ${version.images.map(shortImage).join(', ') || 'image unknown'}
            </p>
            <p>${version.readyPods} of ${version.wantedPods} pods ready</p>
            <p class="dim">
              ${[share === null ? '' : `${Number(share.toFixed(1))} % of the traffic`, version.revision]
                .filter(Boolean)
                .join(' · ')}
            </p>`
    }
  </section>`;
}
