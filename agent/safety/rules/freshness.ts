import { formatAge } from '../../protocol';
import type { GuardInput } from '../guardInput';
import { whyOutdated } from '../outdated';
import { deny, type Rule } from './rule';

/** A decision is not acted on when what it was based on is long past. */
export const freshProposal: Rule<Pick<GuardInput, 'nowMs' | 'expiresAtMs'>> = {
  name: 'fresh-proposal',
  judge({ nowMs, expiresAtMs }) {
    return nowMs < expiresAtMs ? null : deny(`the proposal expired ${formatAge(nowMs - expiresAtMs)} ago`);
  },
};

/** Stale or missing metrics, or a silent watch, never lead to an action. */
export const freshData: Rule<GuardInput> = {
  name: 'fresh-data',
  judge({ nowMs, config, data, watchAgeMs }) {
    const { staleAfter } = config.guard;
    const limit = `older than ${formatAge(staleAfter)}`;
    if (watchAgeMs === null) return deny('there is no connection to the cluster');
    if (watchAgeMs > staleAfter) return deny(`the watches are silent for ${formatAge(watchAgeMs)}, ${limit}`);
    if (data.kind === 'none') return deny(`no data: ${data.reason}`);
    const ageMs = nowMs - data.atMs;
    if (data.kind === 'stale') return deny(`the data is ${formatAge(ageMs)} old: ${data.reason}`);
    return ageMs > staleAfter ? deny(`the metrics are ${formatAge(ageMs)} old, ${limit}`) : null;
  },
};

/** The cluster must still be as the action takes it to be. */
export const upToDate: Rule<GuardInput> = {
  name: 'up-to-date',
  judge({ action, workload }) {
    const why = whyOutdated(action, workload);
    return why === null ? null : deny(why);
  },
};
