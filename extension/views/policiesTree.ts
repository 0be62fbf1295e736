import type {
  AgentSnapshot,
  DefaultSteering,
  ModelVersion,
  ScalingState,
  TaskName,
  Training,
} from '../../agent/protocol';
import { clusterNowMs } from '../../agent/protocol/clusterTime';
import { compareWithBest, formatInterval, modelName } from '../../agent/protocol/describeModel';
import { describeProgress, isOver } from '../../agent/protocol/describeTraining';
import { formatAge, formatCount, formatTime } from '../../agent/protocol/format';
import { workloadName } from '../../webview/model/runs';
import { scalingLabel, scalingPolicyText, scalingProblems } from '../../webview/model/scaling';
import { priceText } from '../../webview/model/violationPrice';
import { type AgentState, shownSnapshot } from '../agent/state';
import { policyTooltip } from './policyTooltip';
import { releasedNodes } from './releasedNodes';
import { type Icon, type TreeNode, treeNode } from './treeNode';

/** What decides where no learned policy is active. */
const RULES: Record<TaskName, string> = {
  heal: 'the rule that coxswain.yaml names, else the runbook',
  scale: 'the rule that `scale.policy` names in coxswain.yaml, else predictive',
  canary: 'the rule that `canary.policy` names in coxswain.yaml, else evidence-steps',
};
export const TASKS = Object.keys(RULES) as readonly TaskName[];

const STATE_ICONS: Record<ModelVersion['state'], Icon> = {
  active: { id: 'circle-filled', colour: 'testing.iconPassed' },
  previous: { id: 'history' },
  shipped: { id: 'package' },
  stored: { id: 'circle-outline' },
  damaged: { id: 'error', colour: 'list.errorForeground' },
};
const SCALED_ICONS: Record<ScalingState['steering'], Icon> = {
  off: { id: 'circle-slash', colour: 'disabledForeground' },
  shadow: { id: 'eye' },
  advise: { id: 'comment' },
  own: { id: 'key' },
};
const NOT_STEERING: Icon = { id: 'warning', colour: 'list.warningForeground' };

/** An age that would change each second is of no use to anybody, and would close what hovers over the row. */
const JUST_NOW_MS = 120_000;

/** Task → what is being learned, the versions, the rule. Empty where there is neither: a welcome shows then. */
export function policiesTree(state: AgentState, wallMs: number): readonly TreeNode[] {
  const snapshot = shownSnapshot(state);
  if (!snapshot) return [];
  const trainings =
    state.kind === 'running' ? snapshot.trainings.filter((training) => !isOver(training)) : [];
  const { models, scaling, releases } = snapshot;
  if (models.length + trainings.length + scaling.length + releases.length === 0) return [];
  return TASKS.map((task) => taskNode(snapshot, task, trainings, wallMs));
}

/** Newest first within those of the store, by their names within those that come with Coxswain. */
export function shippedLast(models: readonly ModelVersion[]): ModelVersion[] {
  const own = models.filter((model) => !isOnOffer(model));
  const onOffer = models.filter(isOnOffer);
  return [...own, ...onOffer.sort((a, b) => a.version - b.version)];
}

/** It has come with Coxswain, and nobody has taken it into the store; damaged or not. */
function isOnOffer({ state, shippedAs }: ModelVersion): boolean {
  return state === 'shipped' || (state === 'damaged' && shippedAs !== null);
}

/** The policy of the workloads of a task, or null where none is: what steers by its own word. */
function steering(
  { connection, workloads, scaling, releases }: AgentSnapshot,
  task: TaskName,
): { name: string; version: string } | null {
  if (connection.kind !== 'connected') return null;
  if (task === 'scale') return scaling.find((one) => one.steering !== 'off')?.policy ?? null;
  if (task === 'canary') return releases.find((one) => one.steering !== 'off')?.policy ?? null;
  return workloads.find(({ tasks }) => tasks.includes('heal'))?.policy ?? null;
}

function taskNode(
  snapshot: AgentSnapshot,
  task: TaskName,
  trainings: readonly Training[],
  wallMs: number,
): TreeNode {
  const models = shippedLast(snapshot.models.filter((model) => model.task === task));
  const running = trainings.filter((training) => training.task === task);
  const active = models.find(({ state }) => state === 'active');
  const rule = active ? null : steering(snapshot, task);
  const name = active ? modelName(active) : rule && `${rule.name} ${rule.version}`;
  const byDefault = snapshot.defaultSteering[task] ?? null;
  return treeNode({
    id: `task/${task}`,
    label: task,
    description: [name ? `${name} is active` : '', running.length > 0 ? 'learning' : '']
      .filter(Boolean)
      .join(' · '),
    tooltip: active ? `${modelName(active)} decides in place of the rule` : `${task}: ${RULES[task]}`,
    icon: { id: 'symbol-method' },
    context: 'policyTask',
    target: { task },
    open: models.length + running.length > 0 || rule !== null ? 'expanded' : 'collapsed',
    children: () => [
      ...running.map(trainingNode),
      ...models.filter((model) => !isOnOffer(model)).map((model) => versionNode(model, snapshot, wallMs)),
      ruleNode(task, rule),
      ...(byDefault === null ? [] : [defaultNode(task, byDefault)]),
      ...steeredNodes(task, snapshot, wallMs),
      ...shippedNodes(task, models.filter(isOnOffer)),
    ],
  });
}

function trainingNode(training: Training): TreeNode {
  const { id, task, algorithm, totalSteps, seed, folder } = training;
  return treeNode({
    id: `training/${id}`,
    label: `Learning by ${algorithm}`,
    description: describeProgress(training),
    tooltip: [
      `${formatCount(totalSteps)} steps with seed ${seed}`,
      folder ?? '',
      'Click to see its curves. When it is cancelled, the best policy so far is kept.',
    ]
      .filter(Boolean)
      .join('\n'),
    icon: { id: 'sync~spin' },
    context: 'training',
    target: { task, trainingId: id },
    click: 'coxswain.showTraining',
  });
}

/** On which workloads which policy decides, since when; where it scales, with how much say. */
function steeredNodes(task: TaskName, snapshot: AgentSnapshot, wallMs: number): readonly TreeNode[] {
  const rows = steeredRows(task, snapshot, clusterNowMs(snapshot.clock, wallMs));
  if (rows.length === 0) return [];
  return [
    treeNode({
      id: `steered/${task}`,
      label: 'Runs on',
      description: rows.length === 1 ? '1 workload' : `${rows.length} workloads`,
      tooltip: `Which policy decides on which workload for ${task}.`,
      icon: { id: 'server-process' },
      open: task === 'scale' ? 'expanded' : 'collapsed',
      children: () => rows,
    }),
  ];
}

function steeredRows(task: TaskName, snapshot: AgentSnapshot, nowMs: number): TreeNode[] {
  switch (task) {
    case 'heal':
      return healedNodes(snapshot, nowMs);
    case 'scale':
      return scaledNodes(snapshot, nowMs);
    case 'canary':
      return releasedNodes(snapshot);
  }
}

function scaledNodes({ scaling }: AgentSnapshot, nowMs: number): TreeNode[] {
  return scaling.map((one) => {
    const { id, policy, shadow, observationSpec, violationPrice } = one;
    return treeNode({
      id: `scaled/${id}`,
      label: workloadName(id),
      description: [
        scalingPolicyText(one),
        scalingLabel(one),
        `for ${formatAge(nowMs - policy.sinceMs)}`,
        shadow === null ? '' : `${shadow.policy} in shadow`,
      ]
        .filter(Boolean)
        .join(' · '),
      tooltip: [
        id,
        `${scalingPolicyText(one)} decides on ${observationSpec} since ${formatTime(policy.sinceMs)}; ${priceText(violationPrice)}`,
        shadow === null ? '' : `In shadow beside it: ${shadow.policy}, ${shadow.text}`,
        ...scalingProblems(one),
        'Click to see its charts.',
      ]
        .filter(Boolean)
        .join('\n'),
      icon: one.problem === null ? SCALED_ICONS[one.steering] : NOT_STEERING,
      context: 'scaledWorkload',
      target: { workloadId: id },
      click: 'coxswain.showScaling',
    });
  });
}

/** The journal says since when, as far back as it is known here. */
function healedNodes({ workloads, activity }: AgentSnapshot, nowMs: number): TreeNode[] {
  const since = activity.findLast(
    ({ event }) => event.kind === 'policy-switched' && event.task === 'heal',
  )?.atMs;
  return workloads
    .filter(({ tasks, steering: { kind } }) => tasks.includes('heal') && kind === 'act')
    .map(({ id, ref, policy }) =>
      treeNode({
        id: `healed/${id}`,
        label: ref.name,
        description: [
          `${policy.name} ${policy.version}`,
          since === undefined ? '' : `for ${formatAge(nowMs - since)}`,
        ]
          .filter(Boolean)
          .join(' · '),
        tooltip: `${id}\n${policy.name} ${policy.version} heals it.`,
        icon: { id: 'circle-filled', colour: 'testing.iconPassed' },
        target: { workloadId: id },
      }),
    );
}

/** Below what is stored here: each opens its model card. */
function shippedNodes(task: TaskName, models: readonly ModelVersion[]): readonly TreeNode[] {
  if (models.length === 0) return [];
  return [
    treeNode({
      id: `shipped/${task}`,
      label: 'Shipped with Coxswain',
      description: String(models.length),
      tooltip: 'Learned policies that come with Coxswain. None of them steers before somebody promotes it.',
      icon: { id: 'package' },
      open: 'expanded',
      children: () => models.map(shippedNode),
    }),
  ];
}

function shippedNode(model: ModelVersion): TreeNode {
  const { task, version, state, shippedAs, observationSpec, problem } = model;
  return treeNode({
    id: `shipped/${modelName(model)}`,
    label: shippedAs ?? modelName(model),
    description:
      state === 'damaged'
        ? `damaged: ${problem ?? 'it cannot be read'}`
        : [scoreText(model), observationSpec].join(' · '),
    tooltip: { markdown: `${policyTooltip(model, null)}\n\nClick to read its model card.` },
    icon: STATE_ICONS[state],
    context: `policy.${state}`,
    target: { task, version },
    click: 'coxswain.showModelCard',
  });
}

function versionNode(model: ModelVersion, snapshot: AgentSnapshot, wallMs: number): TreeNode {
  const { task, version, state, shippedAs } = model;
  const idle = state === 'active' ? whyIdle(model, snapshot) : null;
  return treeNode({
    id: `policy/${modelName(model)}`,
    label: modelName(model),
    description: versionDescription(model, idle, wallMs),
    tooltip: { markdown: policyTooltip(model, idle) },
    icon: idle === null ? STATE_ICONS[state] : NOT_STEERING,
    context: `policy.${state}`,
    target: { task, version },
    click: shippedAs === null ? null : 'coxswain.showModelCard',
    open: state === 'damaged' ? 'leaf' : 'collapsed',
    children: () => detailNodes(model),
  });
}

/** Why the active version does not decide, as far as the workloads say; null where it does or nobody knows. */
function whyIdle(model: ModelVersion, snapshot: AgentSnapshot): string | null {
  const now = steering(snapshot, model.task);
  if (now === null || now.version === modelName(model)) return null;
  return `${now.name} ${now.version} steers in its place`;
}

function versionDescription(model: ModelVersion, idle: string | null, wallMs: number): string {
  const { state, shippedAs, problem, algorithm, createdAtMs } = model;
  if (state === 'damaged') return `damaged: ${problem ?? 'it cannot be read'}`;
  const ageMs = wallMs - createdAtMs;
  return [
    state === 'stored' ? '' : state,
    idle ?? '',
    shippedAs ?? '',
    scoreText(model),
    algorithm,
    ageMs < JUST_NOW_MS ? 'just now' : `${formatAge(ageMs)} ago`,
  ]
    .filter(Boolean)
    .join(' · ');
}

function scoreText({ evaluation }: ModelVersion): string {
  return evaluation
    ? `${formatInterval(evaluation)}, ${compareWithBest(evaluation).text}`
    : 'not compared yet';
}

/** The same as the tooltip says, for the keyboard and for screen readers. */
function detailNodes(model: ModelVersion): readonly TreeNode[] {
  const { evaluation, observationSpec, algorithm, steps, seed, parent, codeVersion } = model;
  const detail = (label: string, description: string, icon: string) =>
    treeNode({
      id: `policy/${modelName(model)}/${label}`,
      label,
      description,
      tooltip: `${label}: ${description}`,
      icon: { id: icon },
    });
  return [
    ...(evaluation
      ? [
          detail('Score', `${formatInterval(evaluation)} over ${evaluation.episodes} episodes`, 'graph'),
          ...evaluation.baselines.map((baseline) =>
            detail(`Beside ${baseline.name}`, formatInterval(baseline), 'law'),
          ),
        ]
      : []),
    detail('Learned', `${algorithm}, ${formatCount(steps)} steps, seed ${seed}`, 'mortar-board'),
    ...(parent === null ? [] : [detail('Fine-tuned from', parent, 'git-merge')]),
    detail('Observes', observationSpec, 'eye'),
    detail('Made by', `Coxswain ${codeVersion}`, 'tag'),
  ];
}

/** `rule`: what steers the workloads now, where that is no learned policy. */
function ruleNode(task: TaskName, rule: { name: string; version: string } | null): TreeNode {
  return treeNode({
    id: `rule/${task}`,
    label: rule ? `${rule.name} ${rule.version}` : 'Rule',
    description: rule ? 'active · the rule' : RULES[task],
    tooltip: `Decides where no learned policy is active. ${task}: ${RULES[task]}.`,
    icon: rule ? STATE_ICONS.active : { id: 'law' },
  });
}

/** What steers where nobody has promoted anything, and why. */
function defaultNode(task: TaskName, { steers, reason }: DefaultSteering): TreeNode {
  return treeNode({
    id: `default/${task}`,
    label: 'By default',
    description: `${steers} steers: ${reason}`,
    tooltip: `Where nobody has promoted a policy, ${steers} steers: ${reason}.`,
    icon: { id: 'info' },
  });
}
