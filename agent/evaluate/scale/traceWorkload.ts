import { CONTROL_STEP_SECONDS } from '../../sim/scale/units';
import { type LoadTrace, toTrace } from '../../sim/scale/workload';
import type { EvaluationWorkload } from './workloads';

/** A recorded load. */
export interface TraceLoad {
  name: string;
  values: readonly number[];
  intervalSeconds: number;
}

/** Its peak is scaled to the deployment. Each episode begins at another time of it, and at its end it starts again. */
export function traceWorkload({ name, values, intervalSeconds }: TraceLoad): EvaluationWorkload {
  const trace = toTrace(values, intervalSeconds);
  return {
    name,
    describe: `recorded: ${values.length} values, one each ${intervalSeconds} s`,
    draw: (points, random) => {
      const offset = random.uniform() * values.length * intervalSeconds;
      for (let step = 0; step < points.length; step++)
        points[step] = rateAt(trace, offset + step * CONTROL_STEP_SECONDS);
    },
  };
}

/** Mean over the control step that begins there, linear between the values where these are farther apart. */
function rateAt({ values, intervalSeconds }: LoadTrace, second: number): number {
  const inside = Math.max(1, Math.floor(CONTROL_STEP_SECONDS / intervalSeconds));
  let sum = 0;
  for (let index = 0; index < inside; index++) {
    const position = second / intervalSeconds + index;
    const whole = Math.floor(position);
    const before = values[whole % values.length] as number;
    const after = values[(whole + 1) % values.length] as number;
    sum += before + (after - before) * (position - whole);
  }
  return sum / inside;
}
