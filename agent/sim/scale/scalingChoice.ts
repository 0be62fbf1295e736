/** What a policy wants of the number of pods. */
export interface ScalingChoice {
  /** Index among the changes that there are. */
  action: number;
  /** By how many pods. */
  change: number;
  /** Probability of its direction, up, hold or down: how sure the policy is, 0…1. */
  confidence: number;
}

/**
 * Decides the direction first, and then how far: of +1, +2 and +4 none may be likelier than to hold while up is by
 * far. A direction has to be above holding by a margin, which is what keeps a policy from scaling to and fro.
 *
 * @param probabilities by action
 * @param podChanges by action; one of them is 0
 * @param idleMargin in logits: of the logarithm of the direction's probability above that of holding
 */
export function chooseScaling(
  probabilities: readonly number[],
  podChanges: readonly number[],
  idleMargin: number,
): ScalingChoice {
  let up = 0;
  let down = 0;
  for (let action = 0; action < podChanges.length; action++) {
    if ((podChanges[action] as number) > 0) up += probabilities[action] as number;
    else if ((podChanges[action] as number) < 0) down += probabilities[action] as number;
  }
  const hold = podChanges.indexOf(0);
  const holding = probabilities[hold] as number;
  const moving = Math.max(up, down);
  if (!(moving > holding * Math.exp(idleMargin))) return { action: hold, change: 0, confidence: holding };
  const action = likeliest(probabilities, podChanges, up >= down ? 1 : -1);
  return { action, change: podChanges[action] as number, confidence: moving };
}

function likeliest(
  probabilities: readonly number[],
  podChanges: readonly number[],
  direction: 1 | -1,
): number {
  let best = -1;
  for (let action = 0; action < podChanges.length; action++) {
    if ((podChanges[action] as number) * direction <= 0) continue;
    if (best < 0 || (probabilities[action] as number) > (probabilities[best] as number)) best = action;
  }
  return best;
}
