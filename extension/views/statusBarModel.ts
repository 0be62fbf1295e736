import type { AgentSnapshot } from '../../agent/protocol';
import { clusterNowMs } from '../../agent/protocol/clusterTime';
import { errorText } from '../../agent/protocol/errors';
import { formatAge, sentence } from '../../agent/protocol/format';
import {
  formatWeight,
  isUnderWay,
  phaseWords,
  releaseTitle,
  weightWords,
} from '../../webview/model/releases';
import { isRunning, PHASES, runProgress, workloadName } from '../../webview/model/runs';
import { type AgentState, outOfTouch, pendingProposals, shownSnapshot } from '../agent/state';

/** One item of the status bar. */
export interface StatusItem {
  /** With codicons in `$(…)`. */
  text: string;
  /** Also what a screen reader says. */
  tooltip: string;
  command: string;
  /** Red background: stopped, failed or stale. */
  alarm: boolean;
}

/** The items from left to right; null is hidden. */
export interface StatusBarModel {
  context: StatusItem;
  mode: StatusItem | null;
  control: StatusItem | null;
  waiting: StatusItem | null;
  chaos: StatusItem | null;
  release: StatusItem | null;
}

export function statusBarModel(state: AgentState, wallMs: number): StatusBarModel {
  const connected = shownSnapshot(state)?.connection.kind === 'connected';
  return {
    context: contextItem(state, wallMs),
    mode: connected && state.kind === 'running' ? modeItem(state.snapshot) : null,
    control: connected && state.kind === 'running' ? controlItem(state.snapshot) : null,
    waiting: waitingItem(pendingProposals(state).length),
    chaos: state.kind === 'running' ? chaosItem(state.snapshot) : null,
    release: state.kind === 'running' ? releaseItem(state.snapshot) : null,
  };
}

function contextItem(state: AgentState, wallMs: number): StatusItem {
  const name = contextName(shownSnapshot(state));
  const item = (text: string, tooltip: string, command: string, alarm: boolean): StatusItem => ({
    text,
    tooltip: `Coxswain: ${tooltip}`,
    command,
    alarm,
  });
  switch (state.kind) {
    case 'starting':
      return item(`$(sync~spin) ${name}`, 'the agent is starting.', 'coxswain.showOutput', false);
    case 'restarting':
      return item(
        `$(sync~spin) ${name}`,
        `${sentence(state.error.message)} It is being restarted.`,
        'coxswain.showOutput',
        true,
      );
    case 'down':
      return item(
        `$(error) ${name}: agent down`,
        `${errorText(state.error)} Restart it.`,
        'coxswain.restartAgent',
        true,
      );
    case 'running':
      break;
  }
  const { connection } = state.snapshot;
  switch (connection.kind) {
    case 'disconnected':
      return item(`$(plug) ${name}`, 'not connected. Connect to a context.', 'coxswain.connect', false);
    case 'connecting':
      return item(`$(sync~spin) ${name}`, `connecting to ${name}.`, 'coxswain.showOutput', false);
    case 'failed':
      return item(`$(error) ${name}: no connection`, errorText(connection.error), 'coxswain.connect', true);
    case 'connected': {
      const stale = staleness(state, wallMs);
      if (stale)
        return item(
          `$(warning) ${name}: stale`,
          `${stale} Nothing is done on old data.`,
          'coxswain.diagnose',
          true,
        );
      return item(
        `$(server-environment) ${name}`,
        `connected to ${name}. Connect to another context.`,
        'coxswain.connect',
        false,
      );
    }
  }
}

function contextName(snapshot: AgentSnapshot | null): string {
  const connection = snapshot?.connection;
  return connection && connection.kind !== 'disconnected' ? connection.context : 'Coxswain';
}

/** Why what is shown is old, as a sentence, or null while all of it is fresh. */
export function staleness(state: AgentState, wallMs: number): string | null {
  const why = outOfTouch(state);
  if (state.kind !== 'running') return why && `Old: ${why}.`;
  const { connection, workloads, clock } = state.snapshot;
  if (state.stream.kind === 'lost') return `Old for ${formatAge(wallMs - state.stream.sinceMs)}: ${why}.`;
  if (connection.kind === 'connected' && connection.trouble) return sentence(connection.trouble.message);
  const stale = workloads.flatMap(({ data, ref }) => (data.kind === 'stale' ? [{ data, ref }] : []));
  const oldest = stale.toSorted((a, b) => a.data.atMs - b.data.atMs)[0];
  if (!oldest) return null;
  const age = formatAge(clusterNowMs(clock, wallMs) - oldest.data.atMs);
  const others = stale.length > 1 ? ` and of ${stale.length - 1} more` : '';
  return `The data of ${oldest.ref.name}${others} is old for ${age}: ${oldest.data.reason}.`;
}

function modeItem({ mode }: AgentSnapshot): StatusItem {
  const meaning = {
    observe: 'nothing is ever written',
    approve: 'each action waits for your approval',
    auto: 'the agent acts within its guard',
  }[mode];
  return {
    text: `$(dashboard) ${mode}`,
    tooltip: `Coxswain mode ${mode}: ${meaning}. Switch the mode.`,
    command: 'coxswain.setMode',
    alarm: false,
  };
}

function controlItem({ control }: AgentSnapshot): StatusItem {
  switch (control.kind) {
    case 'running':
      return {
        text: '$(debug-pause) pause',
        tooltip: 'Coxswain runs. Pause it: it goes on observing and does not act.',
        command: 'coxswain.pause',
        alarm: false,
      };
    case 'paused':
      return {
        text: '$(debug-start) resume',
        tooltip: `Coxswain was paused by ${control.by}. Resume.`,
        command: 'coxswain.resume',
        alarm: false,
      };
    case 'stopped':
      return {
        text: '$(debug-stop) stopped',
        tooltip: `Coxswain had an emergency stop by ${control.by}. Clear it and resume.`,
        command: 'coxswain.resume',
        alarm: true,
      };
  }
}

function waitingItem(count: number): StatusItem | null {
  if (count === 0) return null;
  return {
    text: `$(bell-dot) ${count} waiting`,
    tooltip: `Coxswain: ${count === 1 ? '1 action waits' : `${count} actions wait`} for your approval. Show.`,
    command: 'coxswain.approvals.focus',
    alarm: false,
  };
}

/** What is being done to the cluster on purpose. */
function chaosItem({ runs }: AgentSnapshot): StatusItem | null {
  const [first, ...others] = runs.filter(isRunning);
  if (!first) return null;
  const all = [first, ...others].map(
    (run) => `${run.title} on ${workloadName(run.workloadId)}, ${runProgress(run)}`,
  );
  return {
    text: `$(beaker) ${first.title}: ${PHASES[first.phase].toLowerCase()}${others.length > 0 ? ` +${others.length}` : ''}`,
    tooltip: `Coxswain: ${all.length === 1 ? 'an experiment runs' : `${all.length} experiments run`}: ${all.join('; ')}. Show.`,
    command: 'coxswain.chaos.focus',
    alarm: false,
  };
}

/** What is on its way to all of the traffic. */
function releaseItem({ releases }: AgentSnapshot): StatusItem | null {
  const [first, ...others] = releases.filter(isUnderWay);
  if (!first) return null;
  const all = [first, ...others].map(
    (release) =>
      `${releaseTitle(release, releases)}, ${phaseWords(release).title.toLowerCase()}, ${weightWords(release.weight)}`,
  );
  const weight = first.weight === null ? phaseWords(first).title.toLowerCase() : formatWeight(first.weight);
  return {
    text: `$(rocket) ${first.ref.name}: ${weight}${others.length > 0 ? ` +${others.length}` : ''}`,
    tooltip: `Coxswain: ${all.length === 1 ? 'a release is under way' : `${all.length} releases are under way`}: ${all.join('; ')}. Show.`,
    command: 'coxswain.canaries.focus',
    alarm: false,
  };
}
