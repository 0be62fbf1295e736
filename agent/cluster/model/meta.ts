import * as z from 'zod';

export const Labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((labels) => labels ?? {});

/** What Coxswain reads of `metadata`. */
export const Meta = z.object({
  name: z.string(),
  namespace: z.string().default(''),
  uid: z.string(),
  resourceVersion: z.string().default(''),
  generation: z.number().default(0),
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().nullish(),
  deletionGracePeriodSeconds: z.number().nullish(),
  labels: Labels,
  annotations: Labels,
  ownerReferences: z
    .array(
      z.object({ kind: z.string(), name: z.string(), uid: z.string(), controller: z.boolean().nullish() }),
    )
    .nullish(),
});
export type Meta = z.infer<typeof Meta>;

export const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  lastTransitionTime: z.string().nullish(),
});

/** kubectl's copy of the whole object: large, and it may hold secrets. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export const LabelSelector = z.object({
  matchLabels: Labels,
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
    .nullish(),
});
export type LabelSelector = z.infer<typeof LabelSelector>;

/** What every record has, so that a table can hold it. */
export interface Identified {
  namespace: string;
  name: string;
  uid: string;
}

/** Milliseconds since the epoch, or null where there is no time. */
export function timeMs(timestamp: string | null | undefined): number | null {
  const atMs = timestamp ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}

/** Whether all of `wanted` are among `labels`. Nothing wanted selects nothing, as with Services. */
export function hasLabels(
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  const entries = Object.entries(wanted);
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
}

/** Whether a label selector with expressions selects these labels. An empty one selects all. */
export function isSelected(labels: Readonly<Record<string, string>>, selector: LabelSelector): boolean {
  if (!Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value)) return false;
  return (selector.matchExpressions ?? []).every(({ key, operator, values }) => {
    const value = labels[key];
    switch (operator) {
      case 'In':
        return value !== undefined && (values ?? []).includes(value);
      case 'NotIn':
        return value === undefined || !(values ?? []).includes(value);
      case 'Exists':
        return value !== undefined;
      default:
        return operator === 'DoesNotExist' && value === undefined;
    }
  });
}
