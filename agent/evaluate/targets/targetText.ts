import type { Interval } from '../../rl/policy/policyModel';
import type { Limit, TargetOutcome, TargetUnit } from './target';

export function limitText({ limit, unit, side }: Pick<Limit, 'limit' | 'unit' | 'side'>): string {
  const sign = side === 'most' ? '≤' : '≥';
  if (unit === 'share') return `${sign} ${Number((100 * limit).toFixed(1))} %`;
  return unit === 'count' ? `${sign} ${limit}` : `${sign} ${limit.toFixed(2)} ×`;
}

/** With its interval. */
export function figureText(value: Interval | null, unit: TargetUnit): string {
  if (value === null) return 'unknown';
  const { mean, low, high } = value;
  if (unit === 'count') return String(mean);
  if (unit === 'ratio') return `${mean.toFixed(2)} [${low.toFixed(2)}…${high.toFixed(2)}] ×`;
  return `${percent(mean)} [${percent(low)}…${percent(high)}] %`;
}

export function outcomeText({ target, value, met, certain }: TargetOutcome): string {
  if (value === null) return '–';
  return `${met ? 'met' : 'missed'}${certain ? '' : '?'}: ${figureText(value, target.unit)}`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
