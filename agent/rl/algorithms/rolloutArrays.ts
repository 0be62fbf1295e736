import type { Rollout } from './collector';

export interface RolloutShape {
  steps: number;
  envs: number;
  /** Numbers of an observation. */
  fields: number;
  /** Numbers of an action. */
  actionSize: number;
}

/** Arrays of that shape, to be filled again and again. */
export function emptyRollout({ steps, envs, fields, actionSize }: RolloutShape): Rollout {
  const count = steps * envs;
  return {
    steps,
    envs,
    observations: new Float32Array(count * fields),
    actions: new Float32Array(count * actionSize),
    logProbabilities: new Float32Array(count),
    values: new Float32Array(count),
    rewards: new Float32Array(count),
    terminated: new Uint8Array(count),
    truncated: new Uint8Array(count),
    truncationValues: new Float32Array(count),
    lastValues: new Float32Array(envs),
    episodes: [],
  };
}

const BY_STEP = [
  'observations',
  'actions',
  'logProbabilities',
  'values',
  'rewards',
  'terminated',
  'truncated',
  'truncationValues',
] as const satisfies readonly (keyof Rollout)[];

/** What has to be transferred for the rollout to be sent without a copy. */
export function transferList(rollout: Rollout): ArrayBuffer[] {
  return [...BY_STEP.map((name) => rollout[name]), rollout.lastValues].map(
    ({ buffer }) => buffer as ArrayBuffer,
  );
}

/** Rollouts of neighbouring envs side by side as one of them all. @param spare to be filled; null: a new one */
export function joinRollouts(parts: readonly Rollout[], spare: Rollout | null): Rollout {
  const whole = spare ?? emptyRollout(jointShape(parts));
  let first = 0;
  for (const part of parts) {
    for (const name of BY_STEP) copyColumns(part[name], whole[name], { first, part, whole });
    whole.lastValues.set(part.lastValues, first);
    first += part.envs;
  }
  whole.episodes = parts.flatMap(({ episodes }) => episodes);
  return whole;
}

function jointShape(parts: readonly Rollout[]): RolloutShape {
  const [first] = parts;
  if (!first) throw new RangeError('no rollouts to join');
  return {
    steps: first.steps,
    envs: parts.reduce((sum, { envs }) => sum + envs, 0),
    fields: first.observations.length / first.rewards.length,
    actionSize: first.actions.length / first.rewards.length,
  };
}

function copyColumns(
  from: Float32Array | Uint8Array,
  to: Float32Array | Uint8Array,
  { first, part, whole }: { first: number; part: Rollout; whole: Rollout },
): void {
  const width = from.length / part.steps;
  const stride = to.length / whole.steps;
  const column = first * (width / part.envs);
  for (let step = 0; step < part.steps; step++) {
    to.set(from.subarray(step * width, (step + 1) * width), step * stride + column);
  }
}
