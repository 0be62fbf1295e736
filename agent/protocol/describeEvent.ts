import { autoscalerText, describeAction } from './describeAction';
import { formatCount } from './format';
import type { JournalEvent } from './journal';

/** A journal event as one line: a short label, and what happened in words. The same in CLI, view and dashboard. */
export function describeEvent(event: JournalEvent): { label: string; text: string } {
  switch (event.kind) {
    case 'agent-started':
      return { label: 'started', text: `agent ${event.version} (pid ${event.pid})` };
    case 'agent-stopped':
      return { label: 'stopped', text: `agent: ${event.why}` };
    case 'connected':
      return { label: 'connected', text: `${event.context} at ${event.server}` };
    case 'mode-changed':
      return { label: 'mode', text: `${event.mode}, by ${event.by}` };
    case 'control-changed':
      return {
        label: event.control.kind,
        text: event.control.kind === 'running' ? 'the loop runs' : `by ${event.control.by}`,
      };
    case 'config-changed':
      return { label: 'config', text: `${event.path}: ${event.text}` };
    case 'warning':
      return { label: 'warning', text: event.text };
    case 'incident-opened':
      return { label: 'detected', text: event.symptom };
    case 'incident-closed':
      return {
        label: 'recovered',
        text: `in ${event.recoverySeconds.toFixed(0)} s, ${event.actions} ${event.actions === 1 ? 'action' : 'actions'}`,
      };
    case 'decision':
      return {
        // What is only thought must not read like what is done.
        label: event.trigger === 'shadow' ? 'would' : 'decided',
        text: `${describeAction(event.action)} (${event.confidence.toFixed(2)}): ${event.reason}`,
      };
    case 'verdict':
      return {
        label: event.verdict.outcome === 'deny' ? 'denied' : 'guard',
        text: `${describeAction(event.action)}: ${event.verdict.outcome} by ${event.verdict.rule}, ${event.verdict.reason}`,
      };
    case 'approved':
      return { label: 'approved', text: `by ${event.by}` };
    case 'rejected':
      return { label: 'rejected', text: event.why ? `by ${event.by}: ${event.why}` : `by ${event.by}` };
    case 'lapsed':
      return { label: event.state, text: event.why };
    case 'intent':
      return { label: 'acting', text: event.description };
    case 'result':
      return { label: event.result === 'done' ? 'acted' : event.result, text: event.text };
    case 'outcome':
      return { label: 'outcome', text: `${event.outcome}: ${event.text}` };
    case 'fault-started':
      return { label: 'fault', text: event.text };
    case 'fault-ended':
      return { label: 'fault over', text: event.text };
    case 'experiment-started':
      return { label: 'experiment', text: `${event.experiment} with ${event.provider}, by ${event.by}` };
    case 'experiment-finished':
      return { label: event.verdict, text: `${event.experiment}: ${event.text}` };
    case 'handover':
      return {
        label: event.how === 'handed-back' ? 'handed back' : 'taken over',
        text: `${autoscalerText(event.autoscaler)} (${event.how}), by ${event.by}: ${event.why}`,
      };
    case 'breaker':
      return { label: 'breaker', text: breakerText(event) };
    case 'release':
      return { label: event.what.replace('-', ' '), text: `${event.text}, by ${event.by}` };
    case 'price-changed':
      return {
        label: 'price',
        text: `a violation costs ${event.violationPrice.toFixed(0)} pods, by ${event.by}`,
      };
    case 'calibrated':
      return { label: 'calibrated', text: event.text };
    case 'policy-switched':
      return {
        label: 'policy',
        text: `${event.to} steers ${event.task} in place of ${event.from}, by ${event.by}`,
      };
    case 'training-started':
      return {
        label: 'training',
        text: `${event.algorithm} for ${event.task} begins, ${formatCount(event.steps)} steps, by ${event.by}`,
      };
    case 'training-finished':
      return { label: 'trained', text: `${event.task}: ${event.text}` };
  }
}

function breakerText({ breaker, why }: Extract<JournalEvent, { kind: 'breaker' }>): string {
  switch (breaker.kind) {
    case 'open':
      return `open: ${why}`;
    case 'half-open':
      return 'half-open, one trial';
    case 'closed':
      return breaker.failuresInARow === 0 ? 'closed' : `closed, failures in a row: ${breaker.failuresInARow}`;
  }
}
