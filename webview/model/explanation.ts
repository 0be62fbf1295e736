import { capitalised, describeAction, type Explanation } from '../../agent/protocol';
import { formatSigned } from '../format';

/** One contribution as a bar on the axis of the chart. */
export interface ContributionBar {
  name: string;
  /** With sign. */
  text: string;
  sign: 'for' | 'against';
  /** What the policy saw, with its unit; empty where the contribution is not of one input. */
  input: string;
  /** Ends on the chart's axis; for Shapley values each bar begins where the one before ended. */
  from: number;
  to: number;
}

/** The bars with their axis. */
export interface ContributionChart {
  bars: ContributionBar[];
  /** In view. */
  domain: [from: number, to: number];
  /** Where the bars begin and end; null where they do not add up to anything. */
  sum: { baseline: number; output: number } | null;
}

/** Less than that is a matter of rounding, and not said. */
const LEAST_REST = 0.005;
const OTHERS = 'all others';
const WORDS: Readonly<Record<string, string>> = { avg: 'average', cpu: 'CPU', hpa: 'HPA', oom: 'OOM' };

/** Strongest first; what those that were sent do not account for is a bar of its own. */
export function contributionChart(explanation: Explanation): ContributionChart {
  const { contributions, baseline, output } = explanation;
  const sorted = contributions.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const adds = explanation.method === 'shapley' && baseline !== null && output !== null;
  const known = sorted.reduce((total, { value }) => total + value, 0);
  const rest = adds ? output - baseline - known : 0;
  const all = Math.abs(rest) < LEAST_REST ? sorted : [...sorted, { name: OTHERS, value: rest }];
  let end = adds ? baseline : 0;
  const bars = all.map(({ name, value }): ContributionBar => {
    const from = adds ? end : 0;
    end = from + value;
    return {
      name: inputName(name),
      text: formatSigned(value),
      sign: value < 0 ? 'against' : 'for',
      input: inputText(explanation, name),
      from,
      to: end,
    };
  });
  const ends = bars.flatMap(({ from, to }) => [from, to]);
  return {
    bars,
    domain: padded([...ends, ...(adds ? [baseline, output] : [0])]),
    sum: adds ? { baseline, output } : null,
  };
}

/** What was decided, with the actions that were not, likeliest first. */
export function rankedActions({ action, confidence, alternatives }: Explanation) {
  const chosen = { text: capitalised(describeAction(action)), confidence, chosen: true };
  const others = alternatives.map(({ text, confidence: share }) => ({
    text: capitalised(text),
    confidence: share,
    chosen: false,
  }));
  return [chosen, ...others];
}

/** How unusual the observation was. `share` is the way along a gauge on which 0.5 is the limit, 0…1. */
export function distributionText(outOfDistribution: number | null): {
  text: string;
  share: number | null;
  isOutside: boolean;
} {
  if (outOfDistribution === null) {
    return {
      text: 'Not known: nothing was learned that it could be compared with.',
      share: null,
      isOutside: false,
    };
  }
  const isOutside = outOfDistribution > 1;
  const value = outOfDistribution.toFixed(2);
  return {
    text: isOutside
      ? `${value}, above the limit of 1: unlike what the policy has learned from, so the guard asks.`
      : `${value}, below the limit of 1: like what the policy has learned from.`,
    share: Math.min(1, outOfDistribution / 2),
    isOutside,
  };
}

/** What the bars are about: of a scaler not its action, which bounds and pace may hold back, but its direction. */
export function chartTexts({ observationSpec, method }: Explanation) {
  const isScale = observationSpec.startsWith('scale/');
  const calm = 'as many pods under an even load of 70 %';
  const baseline = `Baseline: ${isScale ? calm : 'the workload when it is well'}`;
  if (method === 'shapley') {
    const what = isScale ? 'direction (up, hold or down)' : 'action';
    const caption = `Exact Shapley values: how each input moved the probability of the ${what}, from the baseline to the output.`;
    return { caption, baseline, value: 'Moved it by' };
  }
  return isScale
    ? {
        caption: `What the rule saw: above (right) or below (left) that of ${calm}, in shares of its range.`,
        baseline,
        value: 'Above by',
      }
    : {
        caption: 'Evidence of the rule: what spoke for the action (right) and against it (left).',
        baseline,
        value: 'Spoke for it by',
      };
}

/** `avg_cpu` or `loadPerPod` of an observation spec as people say it. */
export function inputName(name: string): string {
  if (name.includes(' ')) return name;
  const words = name.replace(/([a-z])([A-Z0-9])/g, '$1_$2').split('_');
  return words.map((word) => WORDS[word.toLowerCase()] ?? word.toLowerCase()).join(' ');
}

/** `341 ms`; what the policy saw scaled, for example in `pods ÷ 10`, is said as it was: `3 pods`. */
export function formatInput(value: number, unit: string): string {
  const [, scaledUnit, scale] = /^(.+) ÷ (\d+)$/.exec(unit) ?? [];
  if (scaledUnit !== undefined) return formatInput(value * Number(scale), scaledUnit);
  const [, whole, factor = 1] = /^share of (.+?)(?: × (\d+))?$/.exec(unit) ?? [];
  if (whole !== undefined) return formatInput((value * 100) / Number(factor), `% of ${whole}`);
  const [, quantile] = /^(p\d+) in seconds$/.exec(unit) ?? [];
  if (quantile !== undefined) return formatInput(value * 1000, `ms ${quantile}`);
  const number = Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
  const one = number === '1' ? unit.replace(/^(pod|second)s$/, '$1') : unit;
  return `${number.replace('-', '−')} ${one}`.trim();
}

function inputText({ inputs }: Explanation, name: string): string {
  const input = inputs.find((candidate) => candidate.name === name);
  return input ? formatInput(input.value, input.unit) : '';
}

function padded(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low || 1) * 0.04;
  return [low - margin, high + margin];
}
