import { html, nothing, type TemplateResult } from 'lit';
import { workloadName } from '../model/runs';
import { isToBeTakenOver } from '../model/scaling';
import { faultDialog } from './faultDialog';
import { modal } from './modal';
import { releaseDialog } from './releaseDialog';
import { takeOverDialog } from './takeOverDialog';
import type { View } from './view';

/** The question that is open, as a modal dialog. */
export function openDialog(view: View): TemplateResult | typeof nothing {
  switch (view.dialog.kind) {
    case 'none':
      return nothing;
    case 'confirm-auto':
      return confirmAuto(view);
    case 'take-over':
      return takeOverDialog(view, view.dialog);
    case 'confirm-release':
      return releaseDialog(view, view.dialog);
    case 'inject-fault':
      return faultDialog(view, view.dialog);
  }
}

function confirmAuto(view: View): TemplateResult {
  const { workloads, connection, scaling, releases } = view.snapshot;
  const released = releases.filter(({ steering }) => steering === 'own').map(({ ref }) => ref.name);
  const taken = scaling.filter(isToBeTakenOver).map(({ id }) => workloadName(id));
  const steered = workloads.filter((workload) => workload.steering.kind === 'act');
  const where = connection.kind === 'disconnected' ? '' : ` in ${connection.context}`;
  return modal(
    view,
    'Let Coxswain act by itself?',
    html`<p>In auto mode it may, without asking, within the guard's limits:</p>
      <ul>
        <li>restart and drain pods, and return drained ones to their Services</li>
        <li>scale Deployments up and down</li>
        ${taken.length === 0 ? nothing : html`<li>take over from their autoscalers: <b>${taken.join(', ')}</b></li>`}
        ${released.length === 0 ? nothing : html`<li>set the pace of releases, promote and roll back: <b>${released.join(', ')}</b></li>`}
      </ul>
      <p>
        ${
          steered.length === 0
            ? 'No workload may be acted on at the moment: none is in a listed namespace.'
            : html`on <b>${steered.map((workload) => workload.ref.name).join(', ')}</b>${where}.`
        }
        Pause and emergency stop work at any time.
      </p>`,
    'Switch to auto',
    view.actions.confirmAuto,
  );
}
