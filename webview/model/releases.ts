import type { AgentSnapshot } from '../../agent/protocol';
import {
  capitalised,
  formatAge,
  formatCount,
  formatCountdown,
  type ReleaseOperator,
  type ReleasePhase,
  type ReleaseState,
  type ReleaseVersion,
  sentence,
  wallTimeLeftMs,
} from '../../agent/protocol';

/** How a release stands, in words. */
export interface ReleaseWords {
  /** A few words, for a heading. */
  title: string;
  /** Sentences: why, and what comes next. */
  text: string;
  tone: ReleaseTone;
}
export type ReleaseTone = 'plain' | 'good' | 'notice' | 'bad' | 'act';

const PHASES: Readonly<Record<ReleasePhase, { title: string; tone: ReleaseTone }>> = {
  idle: { title: 'No release under way', tone: 'plain' },
  starting: { title: 'Starting', tone: 'act' },
  progressing: { title: 'Under way', tone: 'act' },
  paused: { title: 'Paused', tone: 'notice' },
  promoting: { title: 'Being promoted', tone: 'good' },
  'rolling-back': { title: 'Being rolled back', tone: 'bad' },
  succeeded: { title: 'Promoted', tone: 'good' },
  failed: { title: 'Rolled back', tone: 'bad' },
  degraded: { title: 'Degraded', tone: 'bad' },
  invalid: { title: 'Cannot be released', tone: 'bad' },
};

const OPERATORS: Readonly<Record<ReleaseOperator, string>> = {
  coxswain: 'Coxswain moves the traffic',
  'argo-rollouts': 'Argo Rollouts moves the traffic',
  flagger: 'Flagger moves the traffic',
};

const STEERING_TEXTS: Readonly<Record<ReleaseState['steering'], string>> = {
  off: 'Coxswain only watches.',
  shadow: 'In shadow: the evidence is gathered, and what would be done is only said.',
  own: 'Coxswain sets the pace, promotes and rolls back.',
};

/** Something is on its way that has not come to its end. */
export function isUnderWay({ phase }: Pick<ReleaseState, 'phase'>): boolean {
  return ['starting', 'progressing', 'paused', 'promoting', 'rolling-back'].includes(phase);
}

/** What an emergency stop sends back to stable: what Coxswain moves itself, and Rollouts that it steers. */
export function isReturnedByStop(release: Pick<ReleaseState, 'phase' | 'operator' | 'steering'>): boolean {
  const { operator, steering } = release;
  const isOurs = operator === 'coxswain' || (operator === 'argo-rollouts' && steering === 'own');
  return isOurs && isUnderWay(release);
}

export function phaseWords({ phase }: Pick<ReleaseState, 'phase'>): { title: string; tone: ReleaseTone } {
  return PHASES[phase];
}

/** Who moves its traffic, over what: `Coxswain moves the traffic by Gateway API HTTPRoute checkout`. */
export function operatorText({ operator, router }: Pick<ReleaseState, 'operator' | 'router'>): string {
  return `${OPERATORS[operator]}${router === '' ? '' : ` by ${router}`}`;
}

export function releaseWords(release: ReleaseState, nowMs: number): ReleaseWords {
  const { title, tone } = PHASES[release.phase];
  const { startedAtMs, steering } = release;
  const since = isUnderWay(release) && startedAtMs !== null ? ` for ${formatAge(nowMs - startedAtMs)}` : '';
  return {
    title: `${title}${since}`,
    text: `${sentence(capitalised(release.status))} ${STEERING_TEXTS[steering]}`,
    tone,
  };
}

/** What stands in its way or should be known of it, each a sentence; empty where there is nothing. */
export function releaseProblems({ problem, legacy, gitOps }: ReleaseState): string[] {
  return [
    ...(problem === null ? [] : [sentence(problem)]),
    ...(gitOps === null ? [] : [`${gitOps} owns the object: changes are proposed, never made.`]),
    ...(legacy === null ? [] : [sentence(legacy)]),
  ];
}

const BAR_PARTS = 10;

/** `▰▰▱▱▱▱▱▱▱▱ 20 %`; of any traffic at all at least one part is full, and of less than all at least one empty. */
export function weightBar(weight: number | null): string {
  if (weight === null) return 'weight unknown';
  const parts = Math.round((weight / 100) * BAR_PARTS);
  const least = weight > 0 ? 1 : 0;
  const most = weight < 100 ? BAR_PARTS - 1 : BAR_PARTS;
  const full = Math.min(most, Math.max(least, parts));
  return `${'▰'.repeat(full)}${'▱'.repeat(BAR_PARTS - full)} ${formatWeight(weight)}`;
}

/** The same for those who listen. */
export function weightWords(weight: number | null): string {
  return weight === null
    ? 'nobody knows how much of the traffic is on the canary'
    : `${formatWeight(weight)} of the traffic on the canary`;
}

/** `20 %`, `12.5 %` */
export function formatWeight(weight: number): string {
  return `${Number(weight.toFixed(1))} %`;
}

/** One or two words for a narrow place: `canary 20 %`, `paused at 20 %`; empty where nothing is under way. */
export function releaseLabel(release: Pick<ReleaseState, 'phase' | 'weight'>): string {
  const { phase, weight } = release;
  if (!isUnderWay(release)) return '';
  const at = weight === null ? '' : ` ${formatWeight(weight)}`;
  switch (phase) {
    case 'paused':
      return `canary paused at${at || ' an unknown weight'}`;
    case 'promoting':
      return 'canary being promoted';
    case 'rolling-back':
      return 'canary being rolled back';
    default:
      return `canary${at}`;
  }
}

/** `shop/checkout:1.5, 1 of 2 pods ready` */
export function versionText({ images, readyPods, wantedPods }: ReleaseVersion): string {
  return `${images.join(', ') || 'image unknown'}, ${readyPods} of ${wantedPods} pods ready`;
}

/** `checkout:1.5`: an image without its registry and folders, for a narrow place. */
export function shortImage(image: string): string {
  return image.split('/').at(-1) ?? image;
}

/** The step it is at: `step 2 of 5: set weight 10 %`; empty where it has none. */
export function stepText({ steps }: Pick<ReleaseState, 'steps'>): string {
  const index = steps.findIndex(({ state }) => state === 'current');
  const step = steps[index];
  if (step === undefined) return '';
  return `step ${index + 1} of ${steps.length}: ${step.text}`;
}

/** What keeps it from being promoted, the most basic first; empty where nothing is under way. */
export function waitsFor(release: ReleaseState, clock: AgentSnapshot['clock'], wallMs: number): string[] {
  const { evidence, steering } = release;
  if (!isUnderWay(release) || release.phase === 'rolling-back' || release.phase === 'promoting') return [];
  const { requests = 0, minRequests = 0, bakeUntilMs = null, verdict } = evidence ?? {};
  const bakeMs = bakeUntilMs === null ? 0 : wallTimeLeftMs(clock, bakeUntilMs, wallMs);
  return [
    ...(release.phase === 'paused' ? ['Somebody who resumes it'] : []),
    ...(steering === 'own' || steering === 'shadow' ? [] : ['Somebody who steers it: Coxswain only watches']),
    ...(evidence === null ? ['The first evidence'] : []),
    ...(requests < minRequests
      ? [`${formatCount(minRequests - requests)} more requests on the canary: there is no verdict before`]
      : []),
    ...(verdict === 'undecided' && requests >= minRequests ? ['Evidence that is certain enough'] : []),
    ...(bakeMs > 0 ? [`The end of the bake time, in ${formatCountdown(bakeMs)}`] : []),
  ];
}

/** How far it is on the way to the least requests before any verdict, 0…1. */
export function requestShare({ requests, minRequests }: { requests: number; minRequests: number }): number {
  return minRequests <= 0 ? 1 : Math.min(1, requests / minRequests);
}

/** The release that was chosen; without a choice the one that is under way, then the one with a problem. */
export function shownRelease(
  releases: readonly ReleaseState[],
  chosenId: string | null,
): ReleaseState | null {
  const chosen = releases.find(({ id }) => id === chosenId);
  if (chosen) return chosen;
  return releases.find(isUnderWay) ?? releases.find(({ problem }) => problem !== null) ?? releases[0] ?? null;
}

/** Names are enough where no two have the same; a Rollout or Canary says what it is. */
export function releaseTitle({ ref }: Pick<ReleaseState, 'ref'>, releases: readonly ReleaseState[]): string {
  const sameName = releases.filter((other) => other.ref.name === ref.name).length > 1;
  const kind = ref.kind === 'Deployment' ? '' : ` (${ref.kind})`;
  return `${sameName ? `${ref.namespace}/` : ''}${ref.name}${kind}`;
}
