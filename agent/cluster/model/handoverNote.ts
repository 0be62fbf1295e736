import * as z from 'zod';
import type { HandoverNote } from '../snapshot';

/**
 * Annotation of an autoscaler that Coxswain has changed: JSON with what it was before, so that whoever looks at the
 * cluster can make it so again, whatever has become of the agent.
 */
export const HANDOVER = 'coxswain.dev/handover';

/** What the annotation holds. Whoever may annotate the object can forge it: what we would not have noted is no note. */
export const HandoverNoteText = z.strictObject({
  how: z.enum(['advise', 'own']),
  by: z.string(),
  atMs: z.number(),
  agent: z.string().min(1),
  original: z.strictObject({
    minReplicas: z.number().int().min(0).nullable(),
    /** `spec.metrics`, `spec.triggers` of a ScaledObject; null where it had none. */
    metrics: z.json(),
    behavior: z.json(),
    /** Those that were changed or taken away, as they were; one that was not there is not here. */
    annotations: z.record(z.string(), z.string()),
  }),
  /** What was set in its place, by which an edit by somebody else is told; null for what was not set. */
  set: z
    .strictObject({ minReplicas: z.number().int().nullable(), cpuPercent: z.number().int().nullable() })
    .optional(),
});
export type HandoverNoteText = z.infer<typeof HandoverNoteText>;

/** What the annotation says; null without one, `broken` where it cannot be read. */
export function readHandoverNote(
  annotations: Readonly<Record<string, string>>,
): HandoverNote | 'broken' | null {
  const text = annotations[HANDOVER];
  if (text === undefined) return null;
  try {
    return { ...HandoverNoteText.parse(JSON.parse(text)), text };
  } catch {
    return 'broken';
  }
}
