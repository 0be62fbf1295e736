import { flatLayers } from '../engine/layers';
import { actionSize } from '../env/env';
import { VARIANCE_EPSILON } from './onnx/policyGraph';
import type { PolicyModel } from './policyModel';

/**
 * Whether the parts of a policy fit each other and hold finite numbers.
 *
 * @throws RangeError that says what does not
 */
export function checkPolicy(policy: PolicyModel): void {
  const { network, parameters, observationSpace, normaliser } = policy;
  const { parameterCount } = flatLayers(network);
  expectCount('parameters', parameters.length, parameterCount);
  expectCount('observation fields', observationSpace.fields.length, network.inputs);
  checkOutputs(policy);
  checkFinite('parameter', parameters);
  checkFinite('logarithm of a standard deviation', policy.logStandardDeviations);
  checkMeasured(policy);
  if (normaliser === null) return;
  expectCount('means in the normaliser', normaliser.mean.length, network.inputs);
  expectCount('variances in the normaliser', normaliser.variance.length, network.inputs);
  checkFinite('mean of the normaliser', normaliser.mean);
  checkFinite('variance of the normaliser', normaliser.variance);
  if (normaliser.variance.some((variance) => variance <= -VARIANCE_EPSILON)) {
    throw new RangeError('a variance of the normaliser is below 0');
  }
  if (!(normaliser.clip > 0)) throw new RangeError(`observations clipped to ±${normaliser.clip}`);
}

/** What was measured of it after the training. */
function checkMeasured({ calibration, inputDistribution, network }: PolicyModel): void {
  const points = calibration?.points ?? [];
  if (points.some(({ probability }, index) => probability <= (points[index - 1]?.probability ?? -1))) {
    throw new RangeError('the probabilities of its calibration do not ascend');
  }
  if (!inputDistribution) return;
  const { inputs } = network;
  expectCount('means in the input distribution', inputDistribution.mean.length, inputs);
  expectCount(
    'numbers in the whitening matrix',
    inputDistribution.whitening.length,
    (inputs * (inputs + 1)) / 2,
  );
}

function checkOutputs({ head, network, actionSpace, logStandardDeviations }: PolicyModel): void {
  const isGaussian = head === 'gaussian';
  if (isGaussian !== (actionSpace.kind === 'box')) {
    throw new RangeError(`a ${head} head for a ${actionSpace.kind} action space`);
  }
  const actions = actionSpace.kind === 'box' ? actionSize(actionSpace) : actionSpace.labels.length;
  expectCount('outputs of the first tower', network.towers[0]?.layers.at(-1)?.units ?? 0, actions);
  expectCount('standard deviations', logStandardDeviations.length, isGaussian ? actions : 0);
}

function expectCount(what: string, count: number, expected: number): void {
  if (count !== expected) throw new RangeError(`${count} ${what} where ${expected} are needed`);
}

function checkFinite(what: string, values: ArrayLike<number>): void {
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) throw new RangeError(`a ${what} is ${values[index]}`);
  }
}
