import type { Env } from '../../agent/rl/env/env';
import { createCanaryEnv } from '../../agent/sim/canary/canaryEnv';
import { createHealEnv } from '../../agent/sim/heal/healEnv';
import { Random } from '../../agent/sim/random';
import { compared, type Row } from './row';

const STEPS = 200_000;
const BATCHES = 5;
const LIMIT_STEPS_PER_SECOND = 500_000;
/** Every step has two sequential tests in it. */
const CANARY_STEPS_PER_SECOND = 250_000;

/** Steps of the heal and canary envs on one core, resets included: the best of a few batches. */
export async function run(): Promise<Row[]> {
  const envs: [string, Env, ActionChoice, limit?: number][] = [
    ['heal/9, mostly waiting', createHealEnv({ spec: 'heal/9' }), seldom],
    ['heal/54, mostly waiting', createHealEnv(), seldom],
    ['heal/54, random actions', createHealEnv(), anything],
    ['canary/35, mostly waiting', createCanaryEnv(), seldom, CANARY_STEPS_PER_SECOND],
    ['canary/35, random actions', createCanaryEnv(), anything, CANARY_STEPS_PER_SECOND],
  ];
  return envs.map(([name, env, choose, limit = LIMIT_STEPS_PER_SECOND]) =>
    compared(`env ${name}`, bestStepsPerSecond(env, choose), 'steps/s', {
      name: 'at least',
      value: limit,
    }),
  );
}

type ActionChoice = (random: Random, actions: number) => number;

/** As a trained policy acts: seldom. */
const seldom: ActionChoice = (random, actions) => (random.uniform() < 0.05 ? random.below(actions) : 0);
const anything: ActionChoice = (random, actions) => random.below(actions);

function bestStepsPerSecond(env: Env, choose: ActionChoice): number {
  const actions = env.actionSpace.kind === 'discrete' ? env.actionSpace.labels.length : 0;
  const random = new Random(1);
  let seed = 0;
  let best = 0;
  for (let batch = 0; batch <= BATCHES; batch++) {
    env.reset(++seed);
    const startedMs = performance.now();
    for (let step = 0; step < STEPS; step++) {
      const { terminated, truncated } = env.step(choose(random, actions));
      if (terminated || truncated) env.reset(++seed);
    }
    // The first batch warms up.
    if (batch > 0) best = Math.max(best, STEPS / ((performance.now() - startedMs) / 1000));
  }
  return best;
}
