import { formatScore } from './format';
import type { ModelVersion } from './model';

type Evaluation = NonNullable<ModelVersion['evaluation']>;
type Baseline = Evaluation['baselines'][number];

/** `heal/3` */
export function modelName({ task, version }: Pick<ModelVersion, 'task' | 'version'>): string {
  return `${task}/${version}`;
}

/** The one with the highest mean return, or null where there are none. */
export function bestBaseline({ baselines }: Evaluation): Baseline | null {
  return baselines.reduce<Baseline | null>(
    (best, baseline) => (best === null || baseline.mean > best.mean ? baseline : best),
    null,
  );
}

/** `−12.4 [−13.1…−11.7]`: a mean return with its 95 % interval. */
export function formatInterval({ mean, low, high }: Pick<Baseline, 'mean' | 'low' | 'high'>): string {
  return `${formatScore(mean)} [${formatScore(low)}…${formatScore(high)}]`;
}

/**
 * How a policy did beside its best baseline. Only intervals that do not overlap tell the two apart: they played the
 * same episodes, so this errs to the careful side.
 */
export function compareWithBest(evaluation: Evaluation): {
  result: 'better' | 'level' | 'worse' | 'alone';
  /** `better than runbook −13`; says plainly where it is not. */
  text: string;
} {
  const best = bestBaseline(evaluation);
  if (best === null) return { result: 'alone', text: 'without a baseline' };
  const named = `${best.name} ${formatScore(best.mean)}`;
  if (evaluation.low > best.high) return { result: 'better', text: `better than ${named}` };
  if (evaluation.high < best.low) return { result: 'worse', text: `worse than ${named}` };
  const isBelow = evaluation.mean < best.mean;
  return { result: 'level', text: `${isBelow ? 'not better than' : 'not told apart from'} ${named}` };
}

/** `Score −12.4 [−13.1…−11.7] over 100 held-out episodes, better than runbook −14.` */
export function describeScore(evaluation: Evaluation): string {
  const { text } = compareWithBest(evaluation);
  return `Score ${formatInterval(evaluation)} over ${evaluation.episodes} held-out episodes, ${text}.`;
}
