import type { Limit, TargetOutcome } from './target';
import { figureText, limitText } from './targetText';

/** One arm against the targets. */
export interface ArmVerdict<Own extends Limit = Limit> {
  name: string;
  title: string;
  outcomes: readonly TargetOutcome<Own>[];
  /** In one clause. */
  text: string;
}

/** How an arm stands to its targets, in one clause. */
export function armVerdict<Own extends Limit>(
  { name, title }: { name: string; title: string },
  outcomes: readonly TargetOutcome<Own>[],
): ArmVerdict<Own> {
  const known = outcomes.filter(({ value }) => value !== null);
  const missed = known.filter(({ met }) => !met);
  const met = `meets ${known.length - missed.length} of ${known.length} targets`;
  const text = missed.length === 0 ? met : `${met}; misses ${missed.map(missedText).join('; ')}`;
  return { name, title, outcomes, text };
}

function missedText({ target, value, certain }: TargetOutcome): string {
  const doubt = certain ? '' : ', which may be chance';
  return `${target.text} ${limitText(target)} (${figureText(value, target.unit)}${doubt})`;
}
