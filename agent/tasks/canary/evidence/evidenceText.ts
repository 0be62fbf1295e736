import type { EvidenceSide, EvidenceState } from '../../../protocol';

type Facts = Omit<EvidenceState, 'text'>;

interface Moment {
  nowMs: number;
  /** Weight, 0…1, that a promotion asks for and the canary has not; null where it has. */
  shortOf: number | null;
  /** The canary has had copies of requests alone. */
  isOfCopies: boolean;
}

/** What the evidence says, in one or two sentences with figures. */
export function evidenceText(facts: Facts, moment: Moment): string {
  return `${verdictText(facts, moment)}${comparison(facts)}`;
}

function verdictText(facts: Facts, moment: Moment): string {
  const { verdict, requests, minRequests } = facts;
  switch (verdict) {
    case 'harm': {
      const [kind, { harm }] = worse(facts);
      return `Harm is certain by its ${kind}: evidence ${oddsText(harm.log10)}, ${oddsText(harm.bar)} needed.`;
    }
    case 'safe':
      return `Safe: evidence ${oddsText(weakerSafety(facts))}, ${oddsText(facts.errors.safety.bar)} needed of errors and of latency.`;
    case 'limited':
      return `Limited proof: ${requestsText(requests)} exclude more than 5 points of errors.`;
    case 'undecided':
      if (requests === 0) return 'No verdict without requests.';
      if (requests < minRequests)
        return `No verdict before ${minRequests} requests; the canary has had ${whole(requests)}${moment.isOfCopies ? ' as copies' : ''}.`;
      return `Undecided: ${undecidedText(facts, moment)}.`;
  }
}

function undecidedText(facts: Facts, { nowMs, shortOf, isOfCopies }: Moment): string {
  const [kind, { harm }] = worse(facts);
  if (harm.log10 > 0)
    return `evidence of harm by its ${kind} is ${oddsText(harm.log10)} of ${oddsText(harm.bar)}`;
  if (isOfCopies) return 'nothing speaks for harm in copies of requests, a promotion takes real ones';
  const { bar } = facts.errors.safety;
  const safety = weakerSafety(facts);
  if (safety < bar) return `evidence of safety is ${oddsText(safety)} of ${oddsText(bar)}`;
  if (facts.bakeUntilMs === null) {
    if (shortOf === null) return 'nothing speaks for harm';
    return `nothing speaks for harm, a promotion asks for ${Math.round(shortOf * 100)} % of the traffic`;
  }
  return `nothing speaks for harm, a promotion waits another ${minutes(facts.bakeUntilMs - nowMs)}`;
}

/** Of what was counted of both. */
function comparison({ errors, latency, comparedWith }: Facts): string {
  const others = comparedWith === 'baseline' ? "the same-age baseline's" : "stable's";
  const sides = [...side('fail', errors, others), ...side('are slow', latency, others)];
  return sides.length === 0 ? '' : ` ${sides.join(', ')}.`;
}

function side(what: string, { canary, stable }: EvidenceSide, others: string): string[] {
  if (canary.requests === 0 || stable.requests === 0) return [];
  return [`${shareText(canary)} of the canary's and ${shareText(stable)} of ${others} requests ${what}`];
}

function worse({ errors, latency }: Facts): ['errors' | 'latency', EvidenceSide] {
  return errors.harm.log10 >= latency.harm.log10 ? ['errors', errors] : ['latency', latency];
}

function weakerSafety({ errors, latency }: Facts): number {
  return Math.min(errors.safety.log10, latency.safety.log10);
}

/** An e-value as odds: `24 to 1`. */
function oddsText(log10: number): string {
  const odds = Math.exp(log10 * Math.LN10);
  if (odds >= 1000) return 'over 1000 to 1';
  return `${odds >= 10 ? odds.toFixed(0) : odds.toFixed(1)} to 1`;
}

function shareText({ hits, requests }: { hits: number; requests: number }): string {
  const percent = (hits / requests) * 100;
  return `${percent.toFixed(percent < 10 ? 2 : 1)} %`;
}

function requestsText(requests: number): string {
  return `${whole(requests)} requests of the canary`;
}

function whole(count: number): string {
  return Math.round(count).toString();
}

function minutes(ms: number): string {
  return `${Math.max(1, Math.ceil(ms / 60_000))} min`;
}
