import * as z from 'zod';
import { RouterKind } from '../../protocol';
import type { ManagedSettings, ReleaseNote } from '../releases';

/** Annotation of a Deployment that Coxswain releases step by step: JSON of `ManagedSettings`. */
export const CANARY = 'coxswain.dev/canary';

/**
 * Annotation of that Deployment while a release is under way: JSON of `ReleaseNote`, so that whoever looks at the
 * cluster can go on with it or take it back, whatever has become of the agent.
 */
export const RELEASE_NOTE = 'coxswain.dev/release';

/**
 * Annotation of a route while Coxswain splits it: JSON of `RouteMark`. It is written with the weights, so that a weight
 * that differs from it is somebody else's.
 */
export const ROUTE_MARK = 'coxswain.dev/release';

const name = z.string().min(1).max(253);
/** Percent. */
const weight = z.number().min(0).max(100);

const SettingsText = z.strictObject({
  router: RouterKind,
  route: name,
  service: name,
  deployment: name.optional(),
});

const images = z.array(z.strictObject({ container: z.string().min(1), image: z.string().min(1) }));

/**
 * What the annotation holds. Whoever may annotate the object can forge it: what we would not have noted is no note. What
 * a later version has noted besides stays in it.
 */
export const ReleaseNoteText = z.looseObject({
  id: z.string().min(1),
  by: z.string(),
  settings: SettingsText.optional(),
  startedAtMs: z.number(),
  images: images.min(1),
  previousImages: images.min(1),
  goal: z.enum(['progress', 'promote', 'roll-back']),
  weight,
  atWeightSinceMs: z.number(),
  orderedBy: z.string().min(1).optional(),
  stablePods: z.number().int().nonnegative().optional(),
  mirrorPercent: z.number().int().min(1).max(100).optional(),
  paused: z.boolean(),
  route: z.json(),
  made: z.array(z.string()),
});

const MarkText = z.strictObject({
  id: z.string().min(1),
  weight,
  baseline: weight.optional(),
  mirror: weight.optional(),
});

/**
 * Which release has set a route, and to what weight of the canary, and of its baseline where it has one, and what share
 * of the requests is copied to the canary, where any is; percent.
 */
export type RouteMark = z.infer<typeof MarkText>;

type Annotations = Readonly<Record<string, string>>;

/** @returns what the annotation says; in words what is wrong with it; null without one */
export function readManagedSettings(annotations: Annotations): ManagedSettings | { broken: string } | null {
  const text = annotations[CANARY];
  if (text === undefined) return null;
  try {
    const { data, error } = SettingsText.safeParse(JSON.parse(text));
    if (data) return data;
    const issues = error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
    return { broken: issues.join('; ') };
  } catch {
    return { broken: 'it is no JSON' };
  }
}

/** @returns what the annotation says; null without one */
export function readReleaseNote(annotations: Annotations): ReleaseNote | 'broken' | null {
  const text = annotations[RELEASE_NOTE];
  return text === undefined ? null : (parsed(ReleaseNoteText, text) ?? 'broken');
}

/** @returns null without a mark that can be read */
export function readRouteMark(annotations: Annotations): RouteMark | null {
  const text = annotations[ROUTE_MARK];
  return text === undefined ? null : parsed(MarkText, text);
}

function parsed<S extends z.ZodType>(schema: S, text: string): z.infer<S> | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
