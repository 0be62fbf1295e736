/** Index of doing nothing, in every task whose policies carry a margin. */
const IDLE = 0;

/** The likeliest action, or doing nothing where the logarithm of its probability is not `idleMargin` above that. */
export function chooseWithMargin(probabilities: readonly number[], idleMargin: number): number {
  let best = IDLE + 1;
  for (let action = best + 1; action < probabilities.length; action++)
    if ((probabilities[action] as number) > (probabilities[best] as number)) best = action;
  const ratio = (probabilities[best] as number) / (probabilities[IDLE] as number);
  return ratio > 1 && Math.log(ratio) >= idleMargin ? best : IDLE;
}
