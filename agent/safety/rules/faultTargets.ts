import * as z from 'zod';
import type { Write } from '../change';

const Labels = z.record(z.string(), z.string());

/** How a Chaos Mesh object says whom it hits, https://chaos-mesh.org/docs/define-chaos-experiment-scope. */
const Selector = z.looseObject({
  namespaces: z.array(z.string()).optional(),
  labelSelectors: Labels.optional(),
  pods: z.record(z.string(), z.array(z.string())).optional(),
});
export type Selector = z.infer<typeof Selector>;

const ChaosObject = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string().optional(), labels: Labels.optional() }),
  spec: z.record(z.string(), z.unknown()),
});
export type ChaosObject = z.infer<typeof ChaosObject>;

/** The part of a ChaosEngine that says whom it hits, https://docs.litmuschaos.io/docs/concepts/chaos-engine. */
const AppInfo = z.object({ appns: z.string(), applabel: z.string(), appkind: z.string() });
export type AppInfo = z.infer<typeof AppInfo>;

export const CHAOS_MESH = 'chaos-mesh.org/v1alpha1';
export const LITMUS = 'litmuschaos.io/v1alpha1';

/** Null where it is no object of a chaos tool. */
export function readChaosObject(object: unknown): ChaosObject | null {
  return ChaosObject.safeParse(object).data ?? null;
}

export function appInfoOf({ spec }: ChaosObject): AppInfo | null {
  return AppInfo.safeParse(spec.appinfo).data ?? null;
}

/** Whom a Chaos Mesh object hits, or, for faults of the network, whose packets it tells apart. */
export interface Selection {
  selector: Selector;
  role: 'target' | 'peer';
}

/** Every selector of a Chaos Mesh object, those of a workflow's templates included; null where one cannot be read. */
export function selectionsOf({ spec }: ChaosObject): readonly Selection[] | null {
  const found = selectorsIn(spec, 'target').map(({ selector, role }) => {
    const parsed = Selector.safeParse(selector).data;
    return parsed === undefined ? null : { selector: parsed, role };
  });
  return found.includes(null) ? null : found.filter((selection) => selection !== null);
}

function selectorsIn(
  value: unknown,
  role: Selection['role'],
): { selector: unknown; role: Selection['role'] }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === 'selector' ? [{ selector: child, role }] : selectorsIn(child, key === 'target' ? 'peer' : role),
  );
}

/** Every namespace that a write is in or aims at; none for a Node. */
export function namespacesOf(write: Write): string[] {
  const own = write.resource.namespace === '' ? [] : [write.resource.namespace];
  const object = write.verb === 'create' ? readChaosObject(write.object) : null;
  if (object === null) return own;
  const { namespace } = object.metadata;
  const selected = (selectionsOf(object) ?? []).flatMap(({ selector: { namespaces, pods } }) => [
    ...(namespaces ?? []),
    ...Object.keys(pods ?? {}),
  ]);
  const appNamespace = appInfoOf(object)?.appns;
  return [...own, namespace, appNamespace, ...selected].filter((name) => name !== undefined);
}
