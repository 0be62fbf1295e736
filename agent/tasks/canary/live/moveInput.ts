import type { Release } from '../../../cluster/releases';
import type { PacePolicy, PaceWish } from '../pace/pacePolicy';
import type { Disturbance } from './arbiter';
import { failedStartOf } from './failedStart';
import { argoLadder, flaggerLadder, laddered, stepped } from './ladder';
import type { ManagedDriver } from './managedDriver';
import type { MoveInput } from './nextMove';
import type { HookState } from './releaseHooks';
import type { ReleaseSettings } from './releaseSettings';
import type { ReleaseTrial } from './releaseTrial';
import type { UnderWay } from './underWay';

/** All that a move follows from, as it is known of one release. */
export interface MoveFacts {
  nowMs: number;
  release: Release;
  underWay: UnderWay;
  trial: ReleaseTrial;
  settings: ReleaseSettings;
  policy: Pick<PacePolicy, 'name'>;
  wish: PaceWish;
  /** It is a learned policy that sets the pace. */
  isLearned: boolean;
  disturbance: Disturbance;
  blind: string | null;
  /** What the hooks before the first traffic say. */
  hooks: HookState;
  driver: Pick<ManagedDriver, 'stuck' | 'waiting' | 'problem' | 'sinceMs'>;
}

export function moveInputOf(facts: MoveFacts): MoveInput {
  const { nowMs, release, underWay, trial, settings, policy, wish, disturbance, driver } = facts;
  const { evidence } = trial;
  const weight = underWay.weight ?? 0;
  return {
    failedStart: failedStart(facts),
    notYet: notYet(facts),
    // Without traffic there is nothing to be seen of the canary; the guard wants something counted all the same.
    blind: weight === 0 && underWay.copies === null && trial.facts(nowMs) !== null ? null : facts.blind,
    disturbed: disturbance.disturbed,
    hold: disturbance.hold ?? obstacleOf(release, settings),
    isPaused: underWay.isPaused,
    asked: askedFor(driver, nowMs),
    verdict: evidence.verdict,
    evidenceText: trial.state(nowMs).text,
    limitedProof: () => evidence.limitedProof(),
    requests: evidence.requests,
    weight,
    mostWeight: evidence.mostWeight(weight / 100) * 100,
    pace: weight === 0 && policy.name !== 'hold' ? firstTraffic(facts) : wish,
    ...ladderOf(facts, weight),
    timeIsUp: trial.timeIsUp(nowMs),
    noTraffic: settings.noTraffic,
    asksBeforePromotion: policy.name === 'fixed-steps',
  };
}

/** What keeps a release from being raised besides what happens around it; null where nothing does. */
export function obstacleOf(
  { problems, operator, ref }: Pick<Release, 'problems' | 'operator' | 'ref'>,
  { baseline, mirrorPercent }: Pick<ReleaseSettings, 'baseline' | 'mirrorPercent'>,
): string | null {
  if (problems.length > 0) return problems.join('; ');
  // What Coxswain moves has its own, or was begun before it was asked for.
  if (operator === 'coxswain') return null;
  if (mirrorPercent !== null)
    return `canary.mirrorPercent asks for copies of requests, which Coxswain sends none of for ${OPERATORS[operator]}: set workloads.${ref.namespace}/${ref.name}.canary.mirrorPercent to 0`;
  if (!baseline) return null;
  return `canary.baseline asks for a baseline of the same age, which there is none of for ${OPERATORS[operator]}: set workloads.${ref.namespace}/${ref.name}.canary.baseline to false to compare with the old pods`;
}

const OPERATORS = { 'argo-rollouts': 'a Rollout of Argo', flagger: 'a Canary of Flagger' } as const;

/** Once the canary is ready, and where it gets copies of requests once enough of those were looked at. */
function firstTraffic({ underWay, trial }: MoveFacts): MoveInput['pace'] {
  if (underWay.copies === null) return { pace: 'up', reason: 'the canary is ready' };
  const { errors, latency, minRequests } = trial.evidence;
  // Latency is looked at later than errors.
  const seen = Math.floor(Math.min(errors.canaryRequests, latency.canaryRequests));
  return seen < minRequests
    ? {
        pace: 'hold',
        reason: `${seen} of ${minRequests} copies of requests were looked at by errors and latency`,
      }
    : { pace: 'up', reason: `${seen} copies of requests do not speak against it` };
}

function failedStart({ hooks, underWay, trial, nowMs }: MoveFacts): string | null {
  if (hooks.kind === 'failed') return `a pre-rollout hook has refused it: ${hooks.why}`;
  return underWay.canary ? failedStartOf(underWay.canary, trial.startedAtMs, nowMs) : null;
}

function notYet({ underWay, hooks, driver }: MoveFacts): string | null {
  if (!underWay.canary?.pods.some(({ ready }) => ready)) return 'no pod of the canary is ready yet';
  if (hooks.kind === 'calling' || hooks.kind === 'none') return 'the pre-rollout hooks have not answered yet';
  if (driver.problem !== null) return `the next change could not be made: ${driver.problem}`;
  return driver.waiting ?? driver.stuck?.why ?? null;
}

/** What does not go on by itself. What may yet show to be a failed start is given time to. */
function askedFor({ stuck, sinceMs }: MoveFacts['driver'], nowMs: number): string | null {
  if (stuck === null) return null;
  return stuck.interfered !== null || nowMs - sinceMs >= ASKS_AFTER_MS
    ? `${stuck.why}. ${stuck.remedy}`
    : null;
}

const ASKS_AFTER_MS = 120_000;

type Way = Pick<MoveInput, 'up' | 'down' | 'isStepped' | 'mayPromote'>;

function ladderOf({ release, settings, isLearned }: MoveFacts, weight: number): Way {
  switch (release.operator) {
    case 'coxswain': {
      const { stepPercent, weights } = settings;
      const ladder = isLearned ? stepped(stepPercent, weight) : laddered(weights, weight);
      return { ...ladder, isStepped: false, mayPromote: true };
    }
    case 'argo-rollouts': {
      const { up, down, waits } = argoLadder(release);
      // What follows the last weight is the promotion, which evidence alone gives.
      return { up: up !== null && up < 100 ? up : null, down, isStepped: true, mayPromote: waits };
    }
    case 'flagger':
      return { ...flaggerLadder(release), isStepped: true, mayPromote: true };
  }
}
