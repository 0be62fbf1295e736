import { capitalised } from '../../protocol/format';
import type { Interval } from '../../rl/policy/policyModel';
import { type ArmVerdict, armVerdict } from '../targets/armVerdict';
import { figureText } from '../targets/targetText';
import type { Detection, HealArmResult, HealResult } from './healResult';
import { REFERENCE_ARM } from './summariseHeal';
import { judgeTargets } from './targets';

/** What follows from an evaluation, in words. */
export interface HealVerdict {
  /** Of the arms that can steer, in their order. */
  arms: readonly ArmVerdict[];
  /** The name of the arm that should steer by default; null where none is better than doing nothing. */
  steers: string | null;
  /** Why it, and why not the others: whole sentences. */
  reasons: readonly string[];
}

/** The rules that ship; always-restart does not. */
const RUNBOOKS = [REFERENCE_ARM, 'runbook'];

/**
 * Which targets each arm meets, and which one should steer by default. A runbook does (of the two the one that misses
 * fewer targets that guard, then the quicker), unless a learned policy has earned its place: it does not recover later
 * than the tuned runbook, it misses no target that guards but one that the runbook misses by as much, and it is better
 * in something that chance does not explain: it recovers sooner, or acts needlessly or harmfully in fewer episodes.
 */
export function judgeHeal({ arms, detection }: Pick<HealResult, 'arms' | 'detection'>): HealVerdict {
  const steering = arms.filter(({ role }) => role === 'rule' || role === 'learned');
  const rule = bestRunbook(steering, detection);
  const learned = steering
    .filter(({ role }) => role === 'learned')
    .map((arm) => ({ arm, objections: rule ? objectionsTo(arm, rule, detection) : [] }));
  const earned = learned.filter(({ objections }) => objections.length === 0).map(({ arm }) => arm);
  const winner = quickest(earned) ?? rule;
  const steers = winner && mean(winner.toDoNothing) < 1 ? winner : null;
  return {
    arms: steering.map((arm) => armVerdict(arm, judgeTargets(arm, detection))),
    steers: steers?.name ?? null,
    reasons: [
      steers
        ? whySteers(steers, learned.length > 0)
        : 'Nothing here recovers sooner than Kubernetes does alone: run no healer.',
      ...learned.flatMap(({ arm, objections }) =>
        objections.length === 0
          ? []
          : [capitalised(`${arm.title} should not steer: ${objections.join('; ')}.`)],
      ),
    ],
  };
}

function bestRunbook(arms: readonly HealArmResult[], detection: Detection): HealArmResult | undefined {
  const missed = (arm: HealArmResult) =>
    judgeTargets(arm, detection).filter(({ met, target }) => !met && target.guards).length;
  const runbooks = arms.filter(({ name }) => RUNBOOKS.includes(name));
  const fewest = Math.min(...runbooks.map(missed));
  return quickest(runbooks.filter((arm) => missed(arm) === fewest));
}

function quickest(arms: readonly HealArmResult[]): HealArmResult | undefined {
  return [...arms].sort((a, b) => mean(a.toDoNothing) - mean(b.toDoNothing))[0];
}

function whySteers({ title, role, toDoNothing, toRunbook }: HealArmResult, wasCompared: boolean): string {
  const quicker = `${capitalised(title)} comes out best in simulation: its MTTR is ${figureText(toDoNothing, 'ratio')} that of doing nothing`;
  if (role === 'learned') {
    return `${quicker} and ${figureText(toRunbook, 'ratio')} that of the tuned runbook, and it keeps every limit that the runbook keeps.`;
  }
  return wasCompared
    ? `${quicker}, and no learned policy has earned its place.`
    : `${quicker}; no learned policy was compared with it.`;
}

/** Why a learned policy should not take the place of a rule; none where it should. */
function objectionsTo(arm: HealArmResult, rule: HealArmResult, detection: Detection): string[] {
  const theirs = new Map(judgeTargets(rule, detection).map((outcome) => [outcome.target.text, outcome]));
  const risks = judgeTargets(arm, detection).flatMap(({ target, met, value }) => {
    const other = theirs.get(target.text);
    if (!target.guards || met || !other) return [];
    if (!other.met && mean(value) <= mean(other.value)) return [];
    const ours = figureText(value, target.unit);
    return [`${target.text}: ${ours}, with ${rule.title} ${figureText(other.value, target.unit)}`];
  });
  const delay = isSurelyAbove(arm.toRunbook, 1)
    ? [`it recovers later than the tuned runbook: ${figureText(arm.toRunbook, 'ratio')}`]
    : [];
  if (delay.length + risks.length > 0) return [...delay, ...risks];
  return hasEarned(arm, rule) ? [] : [`it is better than ${rule.title} in nothing that can be told`];
}

function hasEarned(arm: HealArmResult, rule: HealArmResult): boolean {
  const isSooner = arm.toRunbook !== null && arm.toRunbook.high < 1;
  const isFewer = (ours: Interval | null, theirs: Interval | null) =>
    ours !== null && isSurelyAbove(theirs, ours.high);
  return isSooner || isFewer(arm.unneeded, rule.unneeded) || isFewer(arm.harmful, rule.harmful);
}

function isSurelyAbove(value: Interval | null, limit: number): boolean {
  return value === null || value.low > limit;
}

/** What is not known is as bad as can be. */
function mean(value: Interval | null): number {
  return value === null ? Number.POSITIVE_INFINITY : value.mean;
}
