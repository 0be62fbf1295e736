import type { Interval } from '../../rl/policy/policyModel';
import type { Detection, HealArmResult, HealResult } from './healResult';
import { REFERENCE_ARM } from './summariseHeal';
import { judgeTargets, type TargetOutcome, type TargetUnit } from './targets';

/** One arm against the targets. */
export interface ArmVerdict {
  name: string;
  title: string;
  outcomes: readonly TargetOutcome[];
  /** In one clause. */
  text: string;
}

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
    arms: steering.map((arm) => armVerdict(arm, detection)),
    steers: steers?.name ?? null,
    reasons: [
      steers
        ? whySteers(steers, learned.length > 0)
        : 'Nothing here recovers sooner than Kubernetes does alone: run no healer.',
      ...learned.flatMap(({ arm, objections }) =>
        objections.length === 0 ? [] : [capital(`${arm.title} should not steer: ${objections.join('; ')}.`)],
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
  const quicker = `${capital(title)} comes out best in simulation: its MTTR is ${figureText(toDoNothing, 'ratio')} that of doing nothing`;
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

function armVerdict(arm: HealArmResult, detection: Detection): ArmVerdict {
  const outcomes = judgeTargets(arm, detection);
  const known = outcomes.filter(({ value }) => value !== null);
  const missed = known.filter(({ met }) => !met);
  const met = `meets ${known.length - missed.length} of ${known.length} targets`;
  const text = missed.length === 0 ? met : `${met}; misses ${missed.map(missedText).join('; ')}`;
  return { name: arm.name, title: arm.title, outcomes, text };
}

function missedText({ target, value, certain }: TargetOutcome): string {
  const doubt = certain ? '' : ', which may be chance';
  return `${target.text} ≤ ${limitText(target)} (${figureText(value, target.unit)}${doubt})`;
}

export function limitText({ limit, unit }: { limit: number; unit: TargetUnit }): string {
  if (unit === 'share') return `${Number((100 * limit).toFixed(1))} %`;
  return unit === 'count' ? String(limit) : `${limit.toFixed(2)} ×`;
}

/** With its interval. */
export function figureText(value: Interval | null, unit: TargetUnit): string {
  if (value === null) return 'unknown';
  const { mean: middle, low, high } = value;
  if (unit === 'count') return String(middle);
  if (unit === 'ratio') return `${middle.toFixed(2)} [${low.toFixed(2)}…${high.toFixed(2)}] ×`;
  return `${percent(middle)} [${percent(low)}…${percent(high)}] %`;
}

/** As a sentence begins. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** What is not known is as bad as can be. */
function mean(value: Interval | null): number {
  return value === null ? Number.POSITIVE_INFINITY : value.mean;
}
