import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { type ExperimentRun, type Fault, formatAge, formatTime } from '../../agent/protocol';
import {
  begunBy,
  EFFECT_TEXTS,
  isRunning,
  latestProbes,
  runProgress,
  runResult,
  runSteps,
  type Step,
  VERDICT_TONES,
  workloadName,
} from '../model/runs';
import { recoveryPanel } from './recoveryPanel';
import { tabs } from './tabs';
import type { View } from './view';

const SHOWN_LINES = 4;

/** The middle: what is done to the cluster on purpose, and how it has recovered. */
export function chaosPane(view: View): TemplateResult {
  const { runs, faults } = view.snapshot;
  const running = runs.filter(isRunning);
  const past = runs.filter((run) => !isRunning(run)).toReversed();
  const loose = faults.filter(
    (fault) => fault.endedAtMs === null && !running.some(({ id }) => id === fault.runId),
  );
  return html`<main class="middle chaos" tabindex="-1">
    ${tabs(view)}
    <section aria-label="Running experiments">
      <h1>Running</h1>
      <p class="subtitle">${scheduleText(view)}</p>
      ${
        running.length + loose.length === 0
          ? html`<p class="empty">Nothing is injected. Run an experiment from the Chaos view, the command line or its file.</p>`
          : nothing
      }
      ${repeat(
        running,
        ({ id }) => id,
        (run) => runCard(run, view),
      )}
      ${loose.map((fault) => faultChip(fault, view))}
    </section>
    ${recoveryPanel(view)}
    <section class="past-runs" aria-label="Past experiments">
      <h2>Past experiments</h2>
      ${past.length === 0 ? html`<p class="empty">None yet.</p>` : nothing}
      ${repeat(
        past,
        ({ id }) => id,
        (run) => pastRun(run, view),
      )}
    </section>
  </main>`;
}

function scheduleText({ snapshot, nowMs }: View): string {
  const { enabled, nextAtMs, text } = snapshot.chaosSchedule;
  const next = nextAtMs === null ? '' : `, next in ${formatAge(nextAtMs - nowMs)}`;
  return [`The schedule is ${enabled ? `on${next}` : 'off'}`, text].filter(Boolean).join(' · ');
}

function runCard(run: ExperimentRun, view: View): TemplateResult {
  const { id, title, workloadId, provider, startedAtMs, effect } = run;
  const ours = view.snapshot.faults.filter((fault) => fault.runId === id && fault.endedAtMs === null);
  return html`<article class="run-card" aria-label=${title}>
    <div class="title-row">
      <h3>${title}</h3>
      <span class="run-buttons">
        ${ours.map((fault) => pauseButton(fault, view))}
        <vscode-button secondary @click=${() => view.actions.stopExperiment(id)}>Stop it</vscode-button>
      </span>
    </div>
    <p class="dim">
      ${workloadName(workloadId)} · ${provider} · by ${begunBy(run)} · ${formatAge(view.nowMs - startedAtMs)}
    </p>
    <ol class="stepper" aria-label="Phases">
      ${runSteps(run).map(step)}
    </ol>
    <p role="status">${runProgress(run)}${effect ? html`<span class="dim">: ${effect.text}</span>` : nothing}</p>
    ${guard([run], () => html`${probes(run)} ${log(run, SHOWN_LINES)}`)}
  </article>`;
}

function step({ title, state }: Step): TemplateResult {
  return html`<li class="step-${state}" aria-current=${state === 'current' ? 'step' : nothing}>
    ${title}<span class="sr-only">${state === 'done' ? ', done' : ''}</span>
  </li>`;
}

function pauseButton({ id, state }: Fault, { actions }: View): TemplateResult | typeof nothing {
  if (state !== 'running' && state !== 'paused') return nothing;
  const paused = state === 'paused';
  return html`<vscode-button secondary @click=${() => actions.pauseFault(id, !paused)}
    >${paused ? 'Resume fault' : 'Pause fault'}</vscode-button
  >`;
}

/** A fault that belongs to no experiment. */
export function faultChip(fault: Fault, view: View): TemplateResult {
  const { id, text, state, startedAtMs, provider, workloadId } = fault;
  return html`<div class="fault-chip">
    <span
      ><b>Fault</b> ${text} on ${workloadName(workloadId)} with ${provider} · ${state} for
      ${formatAge(view.nowMs - startedAtMs)}</span
    >
    <span class="run-buttons">
      ${pauseButton(fault, view)}
      <vscode-button secondary @click=${() => view.actions.endFault(id)}>End it</vscode-button>
    </span>
  </div>`;
}

function pastRun(run: ExperimentRun, { ui, nowMs, actions }: View): TemplateResult {
  const { id, title, workloadId, verdict, finishedAtMs, startedAtMs, text, effect } = run;
  const tone = verdict === null ? 'plain' : VERDICT_TONES[verdict];
  const onToggle = (event: Event & { currentTarget: HTMLDetailsElement }) => {
    const isOpen = event.currentTarget.open;
    if (isOpen && ui.runId !== id) actions.choose({ runId: id });
    if (!isOpen && ui.runId === id) actions.choose({ runId: null });
  };
  return html`<details class="fold" ?open=${ui.runId === id} @toggle=${onToggle}>
    <summary>
      <b class="tone-${tone}">${runResult(run)}</b> ${title} on ${workloadName(workloadId)}
      <span class="dim">${formatAge(nowMs - (finishedAtMs ?? startedAtMs))} ago</span>
    </summary>
    <p>${text}</p>
    ${effect ? html`<p class="dim">${EFFECT_TEXTS[effect.verdict]}: ${effect.text}</p>` : nothing}
    ${guard([run], () => html`${probes(run)} ${log(run, Number.POSITIVE_INFINITY)}`)}
  </details>`;
}

function probes(run: ExperimentRun): TemplateResult | typeof nothing {
  const latest = latestProbes(run.probes);
  if (latest.length === 0) return nothing;
  return html`<table class="probe-table">
    <caption class="sr-only">Probes of the steady state, as they were last</caption>
    <thead>
      <tr>
        <th scope="col">Probe</th>
        <th scope="col">Outcome</th>
        <th scope="col">Found</th>
        <th scope="col">Expected</th>
      </tr>
    </thead>
    <tbody>
      ${latest.map(
        ({ name, outcome, found, expected, asked, when }) => html`<tr title=${asked}>
          <th scope="row">${name}</th>
          <td class="outcome-${outcome}">${outcome === 'no-data' ? 'no data' : outcome}, ${when}</td>
          <td>${found}</td>
          <td>${expected}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

function log({ log: lines }: ExperimentRun, most: number): TemplateResult | typeof nothing {
  const shown = lines.slice(Math.max(0, lines.length - most));
  if (shown.length === 0) return nothing;
  return html`<ol class="log">
    ${shown.map(({ atMs, text }) => html`<li><time>${formatTime(atMs)}</time><span>${text}</span></li>`)}
  </ol>`;
}
