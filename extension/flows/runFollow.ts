import type { ExperimentRun } from '../../agent/protocol';
import { isRunning } from '../../webview/model/runs';
import { type AgentState, shownSnapshot } from '../agent/state';
import type { StateStore } from '../agent/stateStore';

/** How a run that is followed has come to its end: with a verdict, or with its agent. */
export type RunEnd = { kind: 'finished'; run: ExperimentRun } | { kind: 'lost'; why: string };

/**
 * Resolves when the run is over. The state hears of a run a moment after it was begun, so that one which it does not
 * know counts as lost only once it was there, or with the agent.
 */
export function followRun(
  store: Pick<StateStore, 'state' | 'changed'>,
  begun: ExperimentRun,
  onProgress: (run: ExperimentRun) => void,
): Promise<RunEnd> {
  return new Promise((resolve) => {
    let seen = false;
    const look = (state: AgentState): RunEnd | null => {
      if (state.kind === 'down' || state.kind === 'restarting') {
        return { kind: 'lost', why: state.error.message };
      }
      const run = shownSnapshot(state)?.runs.find(({ id }) => id === begun.id);
      if (run === undefined) {
        return seen ? { kind: 'lost', why: 'the agent that ran it is gone' } : null;
      }
      seen = true;
      onProgress(run);
      return isRunning(run) ? null : { kind: 'finished', run };
    };
    const subscription = store.changed.on(({ current }) => settle(look(current)));
    const settle = (end: RunEnd | null) => {
      if (end === null) return;
      subscription.dispose();
      resolve(end);
    };
    onProgress(begun);
    settle(isRunning(begun) ? look(store.state) : { kind: 'finished', run: begun });
  });
}
