import jsonPatch from 'fast-json-patch';
import { stringify } from 'yaml';
import * as z from 'zod';
import type { ReversibleChange, Write } from '../../../safety/change';
import { asJson } from '../../../safety/handover/json';
import type { FoundRoute } from './surroundings';

type Operation = Extract<Write, { verb: 'json-patch' }>['operations'][number];
type Split = { name: string; yaml: string; change: ReversibleChange };

/**
 * Argo Rollouts only moves weights between two backends that are there: the canary's Service, with nothing of the
 * traffic. Null where the route has it already, and for an Ingress, whose canary half Argo makes by itself.
 */
export function splittable(route: FoundRoute, service: string, namespace: string): Split | null {
  const added = additions(route, service);
  if (added.length === 0) return null;
  const { kind, apiVersion, name, uid } = route;
  const resource = { apiVersion, plural: `${kind.toLowerCase()}s`, namespace, name };
  const write = (operations: Operation[]): Write => ({
    verb: 'json-patch',
    resource,
    operations: [{ op: 'test', path: '/metadata/uid', value: uid }, ...operations],
  });
  return {
    name: `${kind}/${name}`,
    yaml: stringify({
      apiVersion,
      kind,
      metadata: { name, namespace },
      spec: splitSpec(route.spec, added),
    }),
    change: {
      description: `give ${kind} ${name} the backend ${service}-canary with a weight of 0`,
      write: write(added.flatMap(({ list, before, backends }) => replaced(list, before, backends))),
      inverse: {
        kind: 'write',
        write: write(added.flatMap(({ list, before, backends }) => replaced(list, backends, before))),
        safe: true,
      },
    },
  };
}

/** As the route will be: the lists of backends are replaced as a whole. */
function splitSpec(spec: unknown, added: readonly Added[]): unknown {
  const operations = added.map(({ list, backends }) => ({
    op: 'replace' as const,
    path: list.replace(/^\/spec/, ''),
    value: backends,
  }));
  return jsonPatch.applyPatch(spec, operations, false, false).newDocument;
}

interface Added {
  /** Path of the list of backends. */
  list: string;
  before: readonly unknown[];
  backends: readonly unknown[];
}

const Backend = z.looseObject({ name: z.string(), weight: z.number().optional() });
const HttpSpec = z.looseObject({
  rules: z.array(z.looseObject({ backendRefs: z.array(Backend).default([]) })),
});
const Destination = z.looseObject({
  destination: z.looseObject({ host: z.string() }),
  weight: z.number().optional(),
});
const VirtualSpec = z.looseObject({
  http: z.array(z.looseObject({ route: z.array(Destination).default([]) })),
});

function additions({ kind, spec }: FoundRoute, service: string): Added[] {
  if (kind === 'HTTPRoute') {
    return (HttpSpec.safeParse(spec).data?.rules ?? []).flatMap(({ backendRefs }, index) => {
      const [only] = backendRefs;
      if (backendRefs.length !== 1 || only?.name !== service) return [];
      const backends = [
        { ...only, weight: 100 },
        { ...only, name: `${service}-canary`, weight: 0 },
      ];
      return [{ list: `/spec/rules/${index}/backendRefs`, before: backendRefs, backends }];
    });
  }
  if (kind === 'VirtualService') {
    return (VirtualSpec.safeParse(spec).data?.http ?? []).flatMap(({ route }, index) => {
      const [only] = route;
      if (route.length !== 1 || only?.destination.host.split('.')[0] !== service) return [];
      const host = only.destination.host.replace(service, `${service}-canary`);
      const canary = { ...only, destination: { ...only.destination, host }, weight: 0 };
      return [
        { list: `/spec/http/${index}/route`, before: route, backends: [{ ...only, weight: 100 }, canary] },
      ];
    });
  }
  return [];
}

function replaced(path: string, before: readonly unknown[], after: readonly unknown[]): Operation[] {
  return [
    { op: 'test', path, value: asJson(before) },
    { op: 'replace', path, value: asJson(after) },
  ];
}
