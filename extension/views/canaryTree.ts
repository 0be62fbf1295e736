import type {
  AgentSnapshot,
  ReleasePhase,
  ReleaseState,
  ReleaseStep,
  ReleaseVersion,
} from '../../agent/protocol';
import { clusterNowMs } from '../../agent/protocol/clusterTime';
import { capitalised, formatAge, sentence } from '../../agent/protocol/format';
import { endReason } from '../../webview/model/releaseEvents';
import {
  isUnderWay,
  operatorText,
  phaseWords,
  releaseProblems,
  releaseTitle,
  releaseWords,
  shortImage,
  stepText,
  versionText,
  waitsFor,
  weightBar,
  weightWords,
} from '../../webview/model/releases';
import { type AgentState, shownSnapshot } from '../agent/state';
import { analysisNodes } from './analysisNodes';
import { evidenceNode } from './evidenceNodes';
import { type Icon, type TreeNode, treeNode } from './treeNode';

const PHASE_ICONS: Record<ReleasePhase, Icon> = {
  idle: { id: 'circle-outline' },
  starting: { id: 'sync~spin' },
  progressing: { id: 'rocket', colour: 'charts.blue' },
  paused: { id: 'debug-pause', colour: 'list.warningForeground' },
  promoting: { id: 'arrow-circle-up', colour: 'testing.iconPassed' },
  'rolling-back': { id: 'discard', colour: 'list.errorForeground' },
  succeeded: { id: 'pass', colour: 'testing.iconPassed' },
  failed: { id: 'error', colour: 'list.errorForeground' },
  degraded: { id: 'warning', colour: 'list.errorForeground' },
  invalid: { id: 'circle-slash', colour: 'list.warningForeground' },
};
const STEP_ICONS: Record<ReleaseStep['state'], Icon> = {
  done: { id: 'pass', colour: 'testing.iconPassed' },
  current: { id: 'arrow-right', colour: 'charts.blue' },
  todo: { id: 'circle-outline', colour: 'disabledForeground' },
};
const STEP_WORDS: Record<ReleaseStep['state'], string> = { done: 'done', current: 'now', todo: '' };

/**
 * Releases, and what could be released: each with its problems, evidence, steps, versions and analyses. Empty where no
 * cluster is connected or nothing can be released: a welcome shows then.
 */
export function canaryTree(state: AgentState, wallMs: number): readonly TreeNode[] {
  const snapshot = shownSnapshot(state);
  if (snapshot?.connection.kind !== 'connected') return [];
  return snapshot.releases
    .toSorted((a, b) => Number(isUnderWay(b)) - Number(isUnderWay(a)) || a.id.localeCompare(b.id))
    .map((release) => releaseNode(release, snapshot, wallMs));
}

/** Releases that are under way, for the badge of the view. */
export function releasingCount(state: AgentState): number {
  return state.kind === 'running' ? state.snapshot.releases.filter(isUnderWay).length : 0;
}

/** `release.pause.abort.rollback`: what can be done with it now, for the menus. */
export function releaseContext({ operations }: ReleaseState): string {
  return ['release', ...operations].join('.');
}

function releaseNode(release: ReleaseState, snapshot: AgentSnapshot, wallMs: number): TreeNode {
  const { id, phase, weight, stable, steering } = release;
  const label = releaseTitle(release, snapshot.releases);
  const title = phaseWords(release).title.toLowerCase();
  const isOn = isUnderWay(release);
  const image = stable?.images[0];
  const facts = isOn
    ? [title, steering === 'own' ? '' : steering]
    : [title, image === undefined ? '' : shortImage(image)];
  const rest = facts.filter(Boolean);
  return treeNode({
    // A row that was closed as idle opens as one that is under way.
    id: `release/${id}${isOn ? '/on' : ''}`,
    label,
    description: [...(isOn ? [weightBar(weight)] : []), ...rest].join(' · '),
    spoken: [label, ...(isOn ? [weightWords(weight)] : []), ...rest].join(', '),
    tooltip: releaseTooltip(release, snapshot, wallMs),
    icon: release.problem !== null && phase === 'idle' ? PHASE_ICONS.invalid : PHASE_ICONS[phase],
    context: releaseContext(release),
    target: { releaseId: id },
    open: isOn ? 'expanded' : 'collapsed',
    children: () => [
      ...problemNodes(release),
      statusNode(release, snapshot, wallMs),
      ...(release.evidence === null ? [] : [evidenceNode(release, release.evidence)]),
      ...stepsNodes(release),
      ...versionNodes(release),
      ...analysisNodes(release, clusterNowMs(snapshot.clock, wallMs)),
    ],
  });
}

function releaseTooltip(release: ReleaseState, { clock }: AgentSnapshot, wallMs: number): string {
  const { ref, startedAtMs, atWeightSinceMs, policy, weight } = release;
  const nowMs = clusterNowMs(clock, wallMs);
  const words = releaseWords(release, nowMs);
  const ago = (atMs: number) => formatAge(nowMs - atMs);
  return [
    `${ref.kind} ${ref.namespace}/${ref.name}: ${words.title}`,
    words.text,
    sentence(operatorText(release)),
    isUnderWay(release)
      ? `${weightWords(weight)}${atWeightSinceMs === null ? '' : ` for ${ago(atWeightSinceMs)}`}`
      : '',
    stepText(release),
    startedAtMs === null ? '' : `Begun ${ago(startedAtMs)} ago`,
    `Policy ${policy.name} ${policy.version} sets the pace`,
    ...waitsFor(release, clock, wallMs).map((what) => `Waits for: ${what}`),
    ...releaseProblems(release),
  ]
    .filter(Boolean)
    .join('\n');
}

function problemNodes(release: ReleaseState): TreeNode[] {
  return releaseProblems(release).map((text, index) =>
    treeNode({
      id: `release/${release.id}/problem/${index}`,
      label: text,
      tooltip: text,
      icon: { id: 'warning', colour: 'list.warningForeground' },
      target: { releaseId: release.id },
    }),
  );
}

/** How it stands, and below why it has ended so or what it waits for. */
function statusNode(release: ReleaseState, { clock, activity }: AgentSnapshot, wallMs: number): TreeNode {
  const { id, status } = release;
  const why = endReason(activity, release);
  const facts: [label: string, text: string][] = [
    ...(why === null ? [] : [['Why', why] as [string, string]]),
    ...waitsFor(release, clock, wallMs).map((what): [string, string] => ['Waits for', what]),
  ];
  return treeNode({
    id: `release/${id}/status`,
    label: sentence(capitalised(status)),
    tooltip: [sentence(capitalised(status)), ...facts.map(([label, text]) => `${label}: ${text}`)].join('\n'),
    icon: { id: 'comment' },
    target: { releaseId: id },
    click: 'coxswain.showRelease',
    open: facts.length === 0 ? 'leaf' : 'expanded',
    children: () =>
      facts.map(([label, text], index) =>
        treeNode({
          id: `release/${id}/fact/${index}`,
          label,
          description: text,
          tooltip: text,
          icon: { id: label === 'Why' ? 'law' : 'watch' },
          target: { releaseId: id },
        }),
      ),
  });
}

function stepsNodes(release: ReleaseState): TreeNode[] {
  const { id, steps } = release;
  if (steps.length === 0) return [];
  const done = steps.filter(({ state }) => state === 'done').length;
  return [
    treeNode({
      id: `release/${id}/steps`,
      label: 'Steps',
      description: stepText(release) || `${done} of ${steps.length} done`,
      icon: { id: 'list-ordered' },
      target: { releaseId: id },
      open: 'collapsed',
      children: () => steps.map((step, index) => stepNode(id, step, index)),
    }),
  ];
}

function stepNode(releaseId: string, { text, state }: ReleaseStep, index: number): TreeNode {
  return treeNode({
    id: `release/${releaseId}/step/${index}`,
    label: `${index + 1}. ${text}`,
    description: STEP_WORDS[state],
    spoken: `step ${index + 1}, ${text}, ${{ done: 'done', current: 'current step', todo: 'not yet' }[state]}`,
    icon: STEP_ICONS[state],
    target: { releaseId },
  });
}

function versionNodes(release: ReleaseState): TreeNode[] {
  const { id, stable, canary, baseline } = release;
  return [
    ...(stable === null ? [] : [versionNode(id, 'Stable', stable, 'shield')]),
    ...(canary === null ? [] : [versionNode(id, 'Canary', canary, 'rocket')]),
    ...(baseline === null
      ? []
      : [versionNode(id, 'Baseline', baseline, 'references', 'the canary is compared with it')]),
  ];
}

function versionNode(
  releaseId: string,
  label: string,
  version: ReleaseVersion,
  icon: string,
  role = '',
): TreeNode {
  const { images, revision, pods } = version;
  return treeNode({
    id: `release/${releaseId}/version/${label}`,
    label,
    description: [versionText({ ...version, images: images.map(shortImage) }), role]
      .filter(Boolean)
      .join(' · '),
    tooltip: [versionText(version), revision === '' ? '' : `Revision ${revision}`].filter(Boolean).join('\n'),
    icon: { id: icon },
    target: { releaseId },
    open: pods.length === 0 ? 'leaf' : 'collapsed',
    children: () =>
      pods.map((pod) =>
        treeNode({
          id: `release/${releaseId}/version/${label}/${pod}`,
          label: pod,
          icon: { id: 'symbol-misc' },
          target: { releaseId },
        }),
      ),
  });
}
