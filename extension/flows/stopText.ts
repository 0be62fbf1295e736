import type { AgentSnapshot, Result } from '../../agent/protocol';
import { autoscalerText } from '../../agent/protocol/describeAction';
import { sentence } from '../../agent/protocol/format';
import { isReturnedByStop } from '../../webview/model/releases';
import { isRunning, workloadName } from '../../webview/model/runs';
import { handedOver } from '../../webview/model/scaling';

const SHOWN_NAMES = 4;

/**
 * What an emergency stop has done and what not. The names are those of what ran when it was asked for; the agent says
 * how much of it has ended.
 */
export function stopText(
  before: Pick<AgentSnapshot, 'faults' | 'runs' | 'scaling' | 'releases'>,
  { faultsEnded, failed }: Pick<Result<'emergencyStop'>, 'faultsEnded' | 'failed'>,
): string {
  const faults = before.faults.filter(({ endedAtMs }) => endedAtMs === null);
  const names = faults.map(({ text, workloadId }) => `${text} on ${workloadName(workloadId)}`);
  const runs = before.runs.filter(isRunning).map(({ title }) => title);
  const taken = before.scaling.flatMap((scaling) => handedOver(scaling) ?? []);
  const released = before.releases.filter(isReturnedByStop).map(({ ref }) => ref.name);
  return [
    'Emergency stop:',
    `${counted(faultsEnded)} ended${names.length === 0 ? '' : ` (running were: ${listed(names)})`},`,
    runs.length === 0 ? '' : `experiments ended: ${listed(runs)},`,
    taken.length === 0 ? '' : `handed back to ${listed(taken.map(autoscalerText))},`,
    released.length === 0 ? '' : `traffic goes back to the stable version of ${listed(released)},`,
    'nothing waits for approval any more, and nothing acts until it is cleared.',
    failed.length === 0 ? '' : `NOT ended: ${failed.map(({ message }) => sentence(message)).join(' ')}`,
  ]
    .filter(Boolean)
    .join(' ');
}

function counted(faults: number): string {
  return faults === 1 ? '1 fault was' : `${faults} faults were`;
}

function listed(names: readonly string[]): string {
  const more = names.length - SHOWN_NAMES;
  return [names.slice(0, SHOWN_NAMES).join(', '), more > 0 ? `and ${more} more` : '']
    .filter(Boolean)
    .join(' ');
}
