/**
 * How much of the targets' variance the predictions explain: 1 − Var(targets − predictions) ÷ Var(targets). 1 is
 * perfect, 0 as good as a constant, below it worse. 0 too where the targets do not vary.
 */
export function explainedVariance(predictions: Float32Array, targets: Float32Array): number {
  const count = targets.length;
  let [targetSum, errorSum] = [0, 0];
  for (let index = 0; index < count; index++) {
    targetSum += targets[index] as number;
    errorSum += (targets[index] as number) - (predictions[index] as number);
  }
  let [targetSquares, errorSquares] = [0, 0];
  for (let index = 0; index < count; index++) {
    const target = targets[index] as number;
    targetSquares += (target - targetSum / count) ** 2;
    errorSquares += (target - (predictions[index] as number) - errorSum / count) ** 2;
  }
  return targetSquares === 0 ? 0 : 1 - errorSquares / targetSquares;
}
