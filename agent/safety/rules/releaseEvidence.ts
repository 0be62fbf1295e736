import { formatAge } from '../../protocol';
import type { ReleaseFacts } from '../guardInput';
import { isReturn, raiseIn } from '../releaseFacts';
import { deny, type Rule } from './rule';

/**
 * The evidence owns promotion, whatever a policy says; a person who orders it has been told what speaks against it. A
 * raise stays within what the evidence allows, also one that was noted before and is carried out only now.
 */
export const releaseEvidence: Rule<ReleaseFacts> = {
  name: 'evidence',
  judge(input) {
    const { release, orderedBy, evidence, config } = input;
    const raise = raiseIn(input);
    if (raise === null || orderedBy !== null) return null;
    if (evidence === null) return deny('no evidence was gathered');
    const { verdict, requests, minRequests, mostWeight, text } = evidence;
    if (verdict === 'harm') return deny(`the evidence says that the canary does harm: ${text}`);
    if (!raise.promotes) {
      if (raise.to === null) return deny('nobody can tell what weight it leads to');
      return raise.to <= mostWeight
        ? null
        : deny(`the evidence carries ${mostWeight} % of the traffic, not ${raise.to} %: ${text}`);
    }
    const own = config.workloads[keyOf(release)]?.canary?.minRequests;
    const floor = Math.max(minRequests, own ?? config.canary.minRequests);
    if (!(requests >= floor))
      return deny(`the canary has had ${requests} of the ${floor} requests before any verdict`);
    return verdict === 'safe' || verdict === 'limited'
      ? null
      : deny(`the evidence does not carry it: ${text}`);
  },
};

function keyOf(release: ReleaseFacts['release']): string {
  return release ? `${release.ref.namespace}/${release.ref.name}` : '';
}

/** Nothing but to give traffic back is done on what the watches said long ago; nor a raise on old counts. */
export const releaseFreshData: Rule<ReleaseFacts> = {
  name: 'fresh-data',
  judge(input) {
    const { nowMs, config, watchAgeMs, operation, evidence, orderedBy } = input;
    if (isReturn(operation)) return null;
    const { staleAfter } = config.guard;
    if (watchAgeMs === null) return deny('there is no connection to the cluster');
    if (watchAgeMs > staleAfter)
      return deny(`the watches are silent for ${formatAge(watchAgeMs)}, older than ${formatAge(staleAfter)}`);
    if (raiseIn(input) === null || orderedBy !== null || evidence === null) return null;
    // They are counted once in an interval.
    const limitMs = staleAfter + config.canary.interval;
    const ageMs = nowMs - evidence.atMs;
    // Of a time to come, or none, where a clock was put back.
    if (!(Math.abs(ageMs) <= limitMs))
      return deny(
        ageMs > 0 ? `the evidence is ${formatAge(ageMs)} old` : 'nobody can tell how old the evidence is',
      );
    return null;
  },
};
