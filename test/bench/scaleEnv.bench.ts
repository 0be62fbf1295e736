import { Random } from '../../agent/sim/random';
import { createScaleEnv } from '../../agent/sim/scale/scaleEnv';
import { compared, type Row } from './row';
import { median } from './statistics';

const STEPS = 600_000;
const ROUNDS = 3;
const LIMIT_STEPS_PER_SECOND = 500_000;

/** Env steps under random actions, resets and all load families included, on one core. */
export async function run(): Promise<Row[]> {
  return (['scale/36', 'scale/12'] as const).map((spec) => {
    stepMany(spec, STEPS / 4);
    const perSecond = Array.from({ length: ROUNDS }, () => {
      const startedMs = performance.now();
      stepMany(spec, STEPS);
      return STEPS / ((performance.now() - startedMs) / 1000);
    });
    return compared(`env ${spec} (median of ${ROUNDS})`, median(perSecond), 'steps/s', {
      name: 'at least',
      value: LIMIT_STEPS_PER_SECOND,
    });
  });
}

function stepMany(spec: string, steps: number): void {
  const env = createScaleEnv({ spec });
  const random = new Random(1);
  const actions = env.actionSpace.labels.length;
  let seed = 0;
  env.reset(seed);
  for (let step = 0; step < steps; step += 1) {
    if (env.step(random.below(actions)).truncated) env.reset(++seed);
  }
}
