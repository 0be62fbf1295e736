import * as z from 'zod';
import type { FaultKind } from '../../protocol';

/** Which of the target's pods are hit, with the words of Chaos Mesh. */
export const SelectorMode = z.enum(['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent']);
export type SelectorMode = z.infer<typeof SelectorMode>;

export const selectorValue = z
  .number()
  .int()
  .min(1)
  .optional()
  .describe(
    'How many pods for mode `fixed`, percent for the modes `fixed-percent` and `random-max-percent`.',
  );

/** Kinds that change the Deployment as a whole, so that there are no pods to choose. */
const WITHOUT_MODE: ReadonlySet<FaultKind> = new Set(['scale-down', 'bad-image', 'bad-probe']);

/** What is wrong with mode and value for a fault of this kind, and where; null when nothing is. */
export function valueProblem(
  kind: FaultKind,
  mode: SelectorMode,
  value: number | null | undefined,
): { path: string[]; message: string } | null {
  if (WITHOUT_MODE.has(kind) && mode !== 'one') {
    return { path: ['mode'], message: `${kind} changes the Deployment as a whole: leave mode out` };
  }
  const needsValue = mode !== 'one' && mode !== 'all';
  const hasValue = value !== undefined && value !== null;
  if (needsValue && !hasValue) return { path: ['value'], message: `mode ${mode} needs a value` };
  if (!needsValue && hasValue) return { path: ['value'], message: `mode ${mode} takes no value` };
  const isPercent = mode === 'fixed-percent' || mode === 'random-max-percent';
  if (isPercent && hasValue && value > 100)
    return { path: ['value'], message: 'expected at most 100 percent' };
  return null;
}
