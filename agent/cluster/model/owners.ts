import * as z from 'zod';
import type { Owner } from '../snapshot';
import { Meta } from './meta';

/** `metadata` with who has set which field, as far as owners are told by it. */
export const OwnedMeta = Meta.extend({
  managedFields: z
    .array(z.object({ manager: z.string().default(''), fieldsV1: z.unknown().optional() }))
    .nullish()
    .catch(null),
});
export type OwnedMeta = z.infer<typeof OwnedMeta>;

/** The field managers of GitOps controllers. */
const MANAGERS: Readonly<Record<string, 'argo-cd' | 'flux'>> = {
  'argocd-controller': 'argo-cd',
  'argocd-application-controller': 'argo-cd',
  'kustomize-controller': 'flux',
  'helm-controller': 'flux',
};

/** GitOps controllers that say by label or annotation that the whole object is theirs. */
export function gitOpsOwners({ labels, annotations }: Pick<Meta, 'labels' | 'annotations'>): Owner[] {
  const argoCd =
    annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance'];
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name'];
  return [
    ...(argoCd ? [{ kind: 'argo-cd' as const, name: argoCd, owns: 'object' as const }] : []),
    ...(flux ? [{ kind: 'flux' as const, name: flux, owns: 'object' as const }] : []),
  ];
}

/**
 * GitOps controllers that have set this field or one in it (server-side apply says so), whatever the labels say. They
 * are named by their field manager, which is all that is known of them.
 *
 * @param path `['spec', 'replicas']`
 */
export function managersOf(
  { managedFields }: Pick<OwnedMeta, 'managedFields'>,
  path: readonly string[],
  owns: Owner['owns'],
): Owner[] {
  const found = new Map<string, Owner>();
  for (const { manager, fieldsV1 } of managedFields ?? []) {
    const kind = MANAGERS[manager];
    if (kind && hasField(fieldsV1, path)) found.set(manager, { kind, name: manager, owns });
  }
  return [...found.values()];
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/: `{"f:spec":{"f:replicas":{}}}`. */
function hasField(fields: unknown, path: readonly string[]): boolean {
  let at = fields;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return false;
    at = new Map<string, unknown>(Object.entries(at)).get(`f:${name}`);
  }
  return at !== undefined;
}
