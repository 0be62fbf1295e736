import type { ManagedRelease } from '../../../cluster/releases';
import type { Config } from '../../../config/schema';
import type { ReleaseOperationKind, ReleasePhase, ReleaseStep } from '../../../protocol';
import type { Shown } from './releaseShown';

/** A release that Coxswain moves, by the note on its stable Deployment and the route. */
export function managedShown(release: ManagedRelease, { canary }: Config): Shown {
  const { settings, workload } = release;
  const phase = phaseOf(release);
  return {
    phase,
    status: statusOf(release, phase),
    steps: stepsOf(phase, release, canary.weights),
    analyses: [],
    operations: operationsOf(phase),
    containers: workload.containers.map(({ name, image }) => ({ name, image })),
    revisions: [],
    legacy: settings !== 'broken' && settings.router === 'nginx' ? LEGACY : null,
  };
}

const LEGACY =
  'ingress-nginx is retired and gets no fixes any more: the Gateway API does the same with an HTTPRoute ("Make Canary…" writes it).';

function phaseOf({ settings, note, canary }: ManagedRelease): ReleasePhase {
  if (settings === 'broken' || note === 'broken') return 'invalid';
  if (note === null) return 'idle';
  switch (note.goal) {
    case 'promote':
      return 'promoting';
    case 'roll-back':
      return 'rolling-back';
    case 'progress':
      if (note.paused) return 'paused';
      return note.weight === 0 && !isReady(canary) ? 'starting' : 'progressing';
  }
}

function isReady(canary: ManagedRelease['canary']): boolean {
  return canary?.pods.some(({ ready }) => ready) ?? false;
}

function statusOf(release: ManagedRelease, phase: ReleasePhase): string {
  const { settings, note, problems, canary } = release;
  if (settings === 'broken') return 'its annotation coxswain.dev/canary cannot be read';
  if (note === 'broken') return 'its annotation coxswain.dev/release cannot be read';
  const ready = canary?.pods.filter((pod) => pod.ready).length ?? 0;
  switch (phase) {
    case 'idle':
      return problems[0] ?? 'no release is under way';
    case 'starting':
      return `the canary starts: ${ready} of ${canary?.wantedPods ?? 0} pods ready`;
    case 'progressing':
      return `${weightText(release)} of the traffic is on the canary${copiesOf(release)}`;
    case 'paused':
      return `paused at ${weightText(release)} of the traffic${copiesOf(release)}`;
    case 'promoting':
      return 'the canary becomes the stable version';
    case 'rolling-back':
      return 'back to the stable version';
    default:
      return '';
  }
}

function copiesOf({ mirrorPercent }: ManagedRelease): string {
  return mirrorPercent === null ? '' : `, and it gets ${copiesText(mirrorPercent)}`;
}

function copiesText(percent: number): string {
  return `copies of ${percent} % of the requests`;
}

/** A weight is noted before it is set. */
function weightText({ note, weight }: ManagedRelease): string {
  const noted = note === null || note === 'broken' ? 0 : note.weight;
  const seen = weight ?? 0;
  return noted > seen ? `${seen} % (${noted} % noted)` : `${seen} %`;
}

/** Weights of the rule; a learned pace may stop in between. */
function stepsOf(
  phase: ReleasePhase,
  { note, weight: seen, mirrorPercent }: ManagedRelease,
  weights: readonly number[],
): ReleaseStep[] {
  if (note === null || note === 'broken') return [];
  const weight = seen ?? 0;
  const copies = mirrorPercent ?? note.mirrorPercent;
  const isPromoting = phase === 'promoting';
  const next = weights.find((each) => each > weight);
  const reached = weights.findLast((each) => each <= weight);
  return [
    { text: 'start the canary', state: phase === 'starting' ? 'current' : 'done' },
    ...(copies === undefined ? [] : [copiesStep(phase, copies)]),
    ...weights.map(
      (each): ReleaseStep => ({
        text: `${each} % of the traffic`,
        state: isPromoting || each < (reached ?? 0) ? 'done' : each === reached ? 'current' : 'todo',
      }),
    ),
    { text: 'promote', state: isPromoting || (next === undefined && weight >= 100) ? 'current' : 'todo' },
  ];
}

function copiesStep(phase: ReleasePhase, percent: number): ReleaseStep {
  const state = phase === 'starting' ? 'todo' : phase === 'promoting' ? 'done' : 'current';
  return { text: copiesText(percent), state };
}

function operationsOf(phase: ReleasePhase): ReleaseOperationKind[] {
  switch (phase) {
    case 'idle':
      return ['start', 'restart'];
    case 'starting':
      return ['rollback', 'abort', 'pause'];
    case 'progressing':
      return ['rollback', 'abort', 'promote', 'promote-full', 'pause', 'weight'];
    case 'paused':
      return ['rollback', 'abort', 'resume', 'promote', 'promote-full', 'weight'];
    case 'promoting':
      return ['rollback'];
    default:
      return [];
  }
}
