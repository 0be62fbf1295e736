import type { FlaggerRelease } from '../../../../cluster/releases';
import type { ReleaseOperation } from '../../../../protocol';
import { readFlagger } from './flaggerObject';

/** What Coxswain's gate lets Flagger do. */
export type GateOpening = Extract<ReleaseOperation, { kind: 'open-gate' }>;

/** Phases in which Flagger raises or promotes once its gates are open. */
const ANALYSED: ReadonlySet<string> = new Set(['Progressing', 'WaitingPromotion']);

/**
 * What Flagger does next where its gate lets it: its next weight, or the promotion after the last one and where it counts
 * iterations. Null while no analysis is under way.
 *
 * @param asksToPromote it has asked that last, so that it is at its last weight, whatever its spec seems to say
 */
export function gateAhead(release: FlaggerRelease, asksToPromote = false): GateOpening | null {
  const flagger = readFlagger(release);
  if (!flagger || !ANALYSED.has(flagger.status.phase)) return null;
  const from = flagger.status.canaryWeight;
  const up = flagger.weights.find((each) => each > from);
  return up === undefined || asksToPromote
    ? { kind: 'open-gate', gate: 'confirm-promotion', from, to: 100 }
    : { kind: 'open-gate', gate: 'confirm-traffic-increase', from, to: up };
}

/** Why the gate for it is of no use any more, in words; null where it is. */
export function whyGatePassed(opening: GateOpening, release: FlaggerRelease): string | null {
  const ahead = gateAhead(release, opening.gate === 'confirm-promotion');
  if (ahead === null) return 'no analysis is under way';
  if (opening.gate === 'confirm-promotion') return null;
  return ahead.from === opening.from && ahead.to === opening.to
    ? null
    : `the canary has ${ahead.from} % of the traffic now, and Flagger’s next weight is another one`;
}
