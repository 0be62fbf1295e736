import type { GuardInput } from '../guardInput';
import { needsApproval, type Rule } from './rule';

/** What a learned policy makes of a state unlike all that it was trained on is anybody's guess: a person decides. */
export const outOfDistribution: Rule<Pick<GuardInput, 'config' | 'outOfDistribution' | 'approvedBy'>> = {
  name: 'out-of-distribution',
  judge({ config, outOfDistribution, approvedBy }) {
    const { maxOutOfDistribution } = config.guard;
    if (approvedBy !== null || outOfDistribution === null) return null;
    // What cannot be compared is not known to be usual.
    if (outOfDistribution <= maxOutOfDistribution) return null;
    return needsApproval(
      `the policy has seen nothing like this: ${outOfDistribution.toFixed(1)}× as unusual as one in a thousand of its training, ${maxOutOfDistribution} at most`,
    );
  },
};
