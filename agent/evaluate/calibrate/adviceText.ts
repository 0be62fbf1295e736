import type { Interval } from '../../rl/policy/policyModel';
import type { Matched } from './frontier';
import type { Advice } from './recommend';

/** One sentence that says what to do. */
export function adviceText(advice: Advice, title: string, price: number): string {
  const { arm, against, difference, matched } = advice;
  const atPrice = `at a price of ${price} pods per violated pod of load`;
  if (difference === null) {
    return `Leave ${title} as it is: ${atPrice} neither a tuned HPA nor anything that Coxswain has is better beyond doubt.`;
  }
  const what =
    arm.role === 'tuned-hpa'
      ? `Apply the tuned HPA to ${title}`
      : `Let Coxswain scale ${title} by ${named(arm)}, with ${named(advice.fallback)} as the fallback`;
  const gain = matchedText(matched);
  const matching = gain === '' ? '' : ` (${gain})`;
  return `${what}: compared with ${named(against)} it is better by ${pods(difference)}${matching}, ${atPrice}.`;
}

/** Why, with the figures that it rests on. */
export function adviceReason({ arm, against, difference, tuning, betterHpa, others }: Advice): string {
  const shown = others.map((other) => `${other.arm.title} ${interval(other.difference)}`);
  const rest = shown.length === 0 ? '' : ` The others minus ${named(betterHpa)}: ${shown.join('; ')}.`;
  const first =
    difference === null
      ? `J(W) of the tuned HPA minus that of the HPA as it is, in pods, over paired replays of the judged part: ${interval(tuning)}, not wholly below 0.`
      : `J(W) of ${named(arm)} minus that of ${named(against)}, in pods, over paired replays of the judged part: ${interval(difference)}, wholly below 0.`;
  return `${first}${rest}`;
}

/** Within a sentence. */
function named({ title, role }: Advice['arm']): string {
  return role === 'learned' ? title : `the ${title.replace(/^(?!HPA)./, (letter) => letter.toLowerCase())}`;
}

/**
 * Empty where the frontiers do not meet, or where the gain is at another point of the frontier: one that buys fewer
 * violations with pods may be the better one at this price, and no better in these terms.
 */
function matchedText({ costAtEqualViolations: cost, violationsAtEqualCost: violations }: Matched): string {
  if ((cost ?? 0) > 0 || (violations ?? 0) > 0) return '';
  const percent = (gain: number) => `${Math.round(-100 * gain)} %`;
  return [
    ...(cost === null ? [] : [`${percent(cost)} less cost at equal violations`]),
    ...(violations === null ? [] : [`${percent(violations)} fewer violations at equal cost`]),
  ].join(', ');
}

/** Of J(W), which counts in pods. */
function pods({ mean, low, high }: Interval): string {
  return `${(-mean).toFixed(2)} pods [${(-high).toFixed(2)}…${(-low).toFixed(2)}]`;
}

export function interval({ mean, low, high }: Interval): string {
  const number = (value: number) => value.toFixed(2).replace('-', '−');
  return `${number(mean)} [${number(low)}…${number(high)}]`;
}
