import { html, nothing, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { type Calibration, type CalibrationJob, formatAge, formatScore } from '../../agent/protocol';
import { formatSeconds } from '../format';
import {
  type FrontierRow,
  frontierRows,
  isRunningJob,
  jobShare,
  jobText,
  loadCurve,
} from '../model/calibration';
import { frontierChart } from './frontierChart';
import { tabs } from './tabs';
import type { View } from './view';

/** The middle: what a workload's own load says about the ways to scale it. */
export function calibrationPane(view: View): TemplateResult {
  const { calibration } = view;
  const jobs = view.snapshot.calibrationJobs.filter(isShown);
  return html`<main class="middle calibration" tabindex="-1">
    ${tabs(view)} ${jobs.map((job) => jobCard(view, job))}
    ${
      calibration === null
        ? html`<p class="empty">
            No calibration is finished yet. It replays a workload's own load in the simulator and compares its
            autoscaler, tuned and untuned, with what was learned.
          </p>`
        : content(view, calibration)
    }
  </main>`;
}

/** One that was cancelled, or has made its calibration, has nothing more to say. */
function isShown({ state }: CalibrationJob): boolean {
  return state.kind === 'running' || state.kind === 'failed';
}

function jobCard({ actions }: View, job: CalibrationJob): TemplateResult {
  const share = jobShare(job);
  const text = jobText(job);
  return html`<section class="run-card" aria-label="Calibration of ${job.title}">
    <div class="title-row">
      <h3>Calibration of ${job.title}</h3>
      ${
        isRunningJob(job)
          ? html`<vscode-button secondary @click=${() => actions.cancelCalibration(job.id)}>Cancel</vscode-button>`
          : nothing
      }
    </div>
    ${
      isRunningJob(job)
        ? html`<progress max="1" .value=${share ?? nothing} aria-label="Progress" aria-valuetext=${text}></progress>
            <p class="dim">${text}</p>`
        : html`<p class="tone-bad" role="status">${text}</p>`
    }
  </section>`;
}

function content(view: View, calibration: Calibration): TemplateResult {
  const { recommendation, source, warnings, tookSeconds, atMs } = calibration;
  return html`<div class="title-row">${picker(view, calibration)}</div>
    <p class="subtitle">
      ${source.text} · tuned on ${hours(source.tunedOnHours)}, judged on ${hours(source.judgedOnHours)} · took
      ${formatSeconds(tookSeconds)} · ${formatAge(view.wallMs - atMs)} ago
    </p>
    <section class="recommendation" aria-label="Recommendation">
      <p class="recommendation-text">${recommendation.text}</p>
      <p class="dim">${recommendation.reason}</p>
      ${warnings.map((warning) => html`<p class="tone-notice">${warning}</p>`)}
    </section>
    ${guard([calibration, view.ui], () => frontierChart(view, calibration))}
    ${guard([calibration], () => html`${table(calibration)} ${patch(view, calibration)} ${load(calibration)} ${fittedSimulator(calibration)}`)}`;
}

function picker({ snapshot, actions }: View, shown: Calibration): TemplateResult {
  const onChange = (event: Event & { currentTarget: { value: string } }) =>
    actions.choose({ calibrationId: event.currentTarget.value, armName: null });
  return html`<h1>
    <vscode-single-select class="picker" label="Calibration" @change=${onChange}>
      ${snapshot.calibrations.toReversed().map(
        ({ id, title }) => html`<vscode-option value=${id} ?selected=${id === shown.id}>
          Calibration of ${title}
        </vscode-option>`,
      )}
    </vscode-single-select>
  </h1>`;
}

function table(calibration: Calibration): TemplateResult {
  return html`<details class="fold">
    <summary>The same as a table</summary>
    <table>
      <caption class="sr-only">
        Late or failed requests and cost of each way to scale, by the price of a violation
      </caption>
      <thead>
        <tr>
          <th scope="col">Way to scale</th>
          <th scope="col">W</th>
          <th scope="col">Late or failed</th>
          <th scope="col">Pods</th>
          <th scope="col">Cost per hour</th>
          <th scope="col">Actions per hour</th>
          <th scope="col">Objective J(W)</th>
          <th scope="col">Settings</th>
        </tr>
      </thead>
      <tbody>
        ${frontierRows(calibration).map(row)}
      </tbody>
    </table>
  </details>`;
}

function row(point: FrontierRow): TemplateResult {
  return html`<tr class=${point.isRecommended ? 'chosen' : ''}>
    <th scope="row">${point.title}${point.isRecommended ? ' (recommended)' : ''}</th>
    <td class="number">${point.price}</td>
    <td class="number">${point.violated}</td>
    <td class="number">${point.pods}</td>
    <td class="number">${point.cost}</td>
    <td class="number">${point.actions}</td>
    <td class="number">${point.objective}</td>
    <td>${point.settings}</td>
  </tr>`;
}

function patch({ actions }: View, { id, recommendation }: Calibration): TemplateResult | typeof nothing {
  const { patch: text } = recommendation;
  if (text === null) return nothing;
  const open = `command:coxswain.openCalibrationPatch?${encodeURIComponent(JSON.stringify([{ calibrationId: id }]))}`;
  return html`<section aria-label="Change to review">
    <div class="title-row">
      <h2>Change to review</h2>
      <span class="run-buttons">
        <vscode-button secondary @click=${() => actions.copy(text)}>Copy</vscode-button>
        <a class="link in-vscode" href=${open}>Open patch</a>
      </span>
    </div>
    <figure class="diff"><pre tabindex="0" aria-label="Patch">${text}</pre></figure>
  </section>`;
}

function load({ load: points }: Calibration): TemplateResult | typeof nothing {
  const curve = loadCurve(points);
  if (curve === null) return nothing;
  const most = `${formatScore(curve.mostPerSecond)} requests/s`;
  return html`<section aria-label="Load that was replayed">
    <h2>Load that was replayed</h2>
    <figure class="load" role="img" aria-label="Up to ${most} in ${hours(curve.hours)}">
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        ${svg`<path d=${curve.path} />`}
      </svg>
      <figcaption aria-hidden="true"><span>0</span><span>up to ${most}</span><span>${hours(curve.hours)}</span></figcaption>
    </figure>
  </section>`;
}

function fittedSimulator({ fit: { parameters, errors, text } }: Calibration): TemplateResult {
  return html`<section aria-label="Simulator fitted to the workload">
    <h2>Simulator fitted to the workload</h2>
    <p>${text}</p>
    <table>
      <caption class="sr-only">What the simulator was told, and how far it is off</caption>
      <tbody>
        ${parameters.map(
          ({ name, value, unit, basis }) => html`<tr>
            <th scope="row">${name}</th>
            <td class="number">${formatScore(value)} ${unit}</td>
            <td class="dim">${basis}</td>
          </tr>`,
        )}
        ${errors.map(
          ({ name, value, unit }) => html`<tr>
            <th scope="row">Error of ${name}</th>
            <td class="number">${formatScore(value)} ${unit}</td>
            <td class="dim">between what was measured and what the simulator gives</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function hours(count: number): string {
  return `${Number(count.toFixed(1))} h`;
}
