import type { AgentSnapshot, ExperimentInfo, ExperimentRun, Fault, RunVerdict } from '../../agent/protocol';
import { clusterNowMs, wallTimeLeftMs } from '../../agent/protocol/clusterTime';
import { formatAge, formatTime } from '../../agent/protocol/format';
import {
  begunBy,
  EFFECT_TEXTS,
  isRunning,
  latestProbes,
  runProgress,
  runResult,
  workloadName,
} from '../../webview/model/runs';
import { type AgentState, shownSnapshot } from '../agent/state';
import { type Icon, type TreeNode, treeNode } from './treeNode';

/** Also those of the Test Explorer, so that the same thing looks the same. */
export const VERDICT_ICONS: Record<RunVerdict, Icon> = {
  passed: { id: 'pass', colour: 'testing.iconPassed' },
  failed: { id: 'error', colour: 'testing.iconFailed' },
  aborted: { id: 'debug-stop', colour: 'list.warningForeground' },
  inconclusive: { id: 'question', colour: 'list.warningForeground' },
  error: { id: 'bracket-error', colour: 'testing.iconErrored' },
};
/** Lines of the log that a running experiment shows. */
const SHOWN_LINES = 5;

/** Running, experiments, past runs and the schedule. Empty where no cluster is connected: a welcome shows then. */
export function chaosTree(state: AgentState, wallMs: number): readonly TreeNode[] {
  const snapshot = shownSnapshot(state);
  if (snapshot?.connection.kind !== 'connected') return [];
  const nowMs = clusterNowMs(snapshot.clock, wallMs);
  const runs = snapshot.runs.filter(isRunning);
  const past = snapshot.runs.filter((run) => !isRunning(run)).toReversed();
  const others = snapshot.faults.filter(
    (fault) => fault.endedAtMs === null && !runs.some(({ id }) => id === fault.runId),
  );
  return [
    section(
      'running',
      'Running',
      [
        ...runs.map((run) => runningNode(run, snapshot.faults, nowMs)),
        ...others.map((fault) => faultNode(fault, nowMs)),
      ],
      'none',
    ),
    section(
      'experiments',
      'Experiments',
      experimentNodes(snapshot.experiments),
      'none known',
      snapshot.experiments.length,
    ),
    section(
      'past',
      'Past',
      past.map((run) => pastNode(run, nowMs)),
      'none yet',
    ),
    scheduleNode(snapshot, wallMs),
  ];
}

/** Runs that are not over, for the badge of the view. */
export function runningCount(state: AgentState): number {
  return state.kind === 'running' ? state.snapshot.runs.filter(isRunning).length : 0;
}

function section(
  id: string,
  label: string,
  children: readonly TreeNode[],
  nothing: string,
  count = children.length,
): TreeNode {
  const isEmpty = children.length === 0;
  return treeNode({
    // VS Code keeps a row closed that was a leaf: with its first child it is another row, and opens.
    id: `section/${id}${isEmpty ? '/empty' : ''}`,
    label,
    description: isEmpty ? nothing : String(count),
    context: `chaosSection.${id}`,
    open: isEmpty ? 'leaf' : 'expanded',
    children: () => children,
  });
}

/** Those of the workspace, and below them those that are shipped: of these there are many. */
function experimentNodes(experiments: readonly ExperimentInfo[]): readonly TreeNode[] {
  const [shipped, own] = [
    experiments.filter(({ path }) => path === null),
    experiments.filter(({ path }) => path !== null),
  ];
  if (own.length === 0) return shipped.map(experimentNode);
  if (shipped.length === 0) return own.map(experimentNode);
  return [
    ...own.map(experimentNode),
    treeNode({
      id: 'section/shipped',
      label: 'Shipped with Coxswain',
      description: String(shipped.length),
      icon: { id: 'package' },
      children: () => shipped.map(experimentNode),
    }),
  ];
}

function experimentNode(experiment: ExperimentInfo): TreeNode {
  const { name, title, description, path, kind, workloadId, provider, durationMs, problem } = experiment;
  return treeNode({
    id: `experiment/${name}`,
    label: title,
    description:
      problem ??
      [workloadId ? workloadName(workloadId) : 'any workload', provider ?? ''].filter(Boolean).join(' · '),
    tooltip: [
      `${name}${kind === null || kind === name ? '' : ` (${kind})`}`,
      description,
      `Target: ${workloadId ?? 'asked for when it is run'}`,
      provider === null ? 'Nobody here can carry it out' : `Carried out by ${provider}`,
      durationMs === null ? '' : `Lasts ${formatAge(durationMs)}`,
      path ?? 'Shipped with Coxswain',
      problem === null ? '' : `Cannot be run: ${problem}`,
    ]
      .filter(Boolean)
      .join('\n'),
    icon: problem === null ? { id: 'beaker' } : { id: 'warning', colour: 'list.warningForeground' },
    context: problem === null ? 'experiment.ready' : 'experiment.blocked',
    target: { experiment: name },
    click: 'coxswain.openExperiment',
  });
}

function runningNode(run: ExperimentRun, faults: readonly Fault[], nowMs: number): TreeNode {
  const ours = faults.filter((fault) => fault.runId === run.id && fault.endedAtMs === null);
  const isPaused = ours.some(({ state }) => state === 'paused');
  const canPause = ours.some(({ state }) => state === 'running');
  return treeNode({
    id: `run/${run.id}`,
    label: run.title,
    description: [
      workloadName(run.workloadId),
      isPaused ? 'paused' : runProgress(run),
      formatAge(nowMs - run.startedAtMs),
    ].join(' · '),
    tooltip: [
      `${run.experiment} on ${run.workloadId}`,
      `With ${run.provider}, begun by ${begunBy(run)}`,
      run.effect ? `${EFFECT_TEXTS[run.effect.verdict]}: ${run.effect.text}` : '',
    ]
      .filter(Boolean)
      .join('\n'),
    icon: isPaused ? { id: 'debug-pause' } : { id: 'sync~spin' },
    context: isPaused ? 'run.paused' : canPause ? 'run.running' : 'run.between',
    target: { runId: run.id },
    click: 'coxswain.showRun',
    open: 'expanded',
    children: () => [...ours.map((fault) => faultNode(fault, nowMs)), ...probeNodes(run), ...logNodes(run)],
  });
}

/** A fault by itself, or the one of a run. */
function faultNode(
  { id, text, state, workloadId, provider, kind, pods, startedAtMs }: Fault,
  nowMs: number,
): TreeNode {
  return treeNode({
    id: `chaosFault/${id}`,
    label: text,
    description: [workloadName(workloadId), provider, state, formatAge(nowMs - startedAtMs)].join(' · '),
    tooltip: `${kind} with ${provider}\nPods: ${pods.join(', ') || 'not yet known'}`,
    icon: { id: 'flame', colour: 'charts.red' },
    context: faultContext(state),
    target: { workloadId, faultId: id },
  });
}

/** What can be done with a fault, as the `when` clauses of package.json have it. */
export function faultContext(state: Fault['state']): string {
  return state === 'running' || state === 'paused' ? `fault.${state}` : 'fault';
}

const OUTCOME_ICONS: Record<ExperimentRun['probes'][number]['outcome'], Icon> = {
  passed: VERDICT_ICONS.passed,
  failed: VERDICT_ICONS.failed,
  'no-data': VERDICT_ICONS.inconclusive,
};

function probeNodes({ id, probes }: ExperimentRun): TreeNode[] {
  return latestProbes(probes).map(({ name, outcome, found, expected, asked, when }) =>
    treeNode({
      id: `run/${id}/probe/${name}`,
      label: name,
      description: `${outcome === 'no-data' ? 'no data' : outcome} · ${found}`,
      tooltip: [`${when} the fault: ${found}, expected ${expected}`, asked].join('\n'),
      icon: OUTCOME_ICONS[outcome],
    }),
  );
}

function logNodes({ id, log }: ExperimentRun): TreeNode[] {
  const first = Math.max(0, log.length - SHOWN_LINES);
  return log.slice(first).map(({ atMs, text }, index) =>
    treeNode({
      id: `run/${id}/log/${first + index}`,
      label: formatTime(atMs),
      description: text,
      tooltip: text,
      icon: { id: 'output' },
    }),
  );
}

function pastNode(run: ExperimentRun, nowMs: number): TreeNode {
  const agoMs = nowMs - (run.finishedAtMs ?? run.startedAtMs);
  return treeNode({
    id: `run/${run.id}`,
    label: run.title,
    description: [workloadName(run.workloadId), runResult(run), `${formatAge(agoMs)} ago`].join(' · '),
    tooltip: [
      run.text,
      `${run.experiment} on ${run.workloadId}, with ${run.provider}, begun by ${begunBy(run)}`,
    ]
      .filter(Boolean)
      .join('\n'),
    icon: run.verdict === null ? { id: 'question' } : VERDICT_ICONS[run.verdict],
    context: 'pastRun',
    target: { runId: run.id },
    click: 'coxswain.showRun',
  });
}

function scheduleNode({ chaosSchedule, clock }: AgentSnapshot, wallMs: number): TreeNode {
  const { enabled, nextAtMs, text } = chaosSchedule;
  const next =
    nextAtMs === null ? 'no next turn' : `next in ${formatAge(wallTimeLeftMs(clock, nextAtMs, wallMs))}`;
  return treeNode({
    id: `section/schedule${text === '' ? '/empty' : ''}`,
    label: 'Schedule',
    description: enabled ? `on · ${next}` : 'off',
    tooltip: enabled
      ? 'Runs the experiments of `chaos.schedule` in coxswain.yaml by itself.'
      : 'Off: set `chaos.schedule` in coxswain.yaml to run experiments by itself.',
    icon: { id: enabled ? 'clock' : 'circle-slash' },
    context: 'chaosSection.schedule',
    click: 'coxswain.openConfig',
    ...(text === ''
      ? {}
      : {
          open: 'expanded' as const,
          children: () => [
            treeNode({ id: 'schedule/last', label: 'Last turn', description: text, tooltip: text }),
          ],
        }),
  });
}
