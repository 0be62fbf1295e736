import * as z from 'zod';
import type { RouteObject } from '../releases';
import { type Identified, LAST_APPLIED, Meta } from './meta';

/** An Ingress, HTTPRoute, VirtualService or DestinationRule. */
export interface RouteRecord extends Identified {
  route: RouteObject;
}

/** An IngressClass: whose Ingresses they are. */
export interface IngressClassRecord extends Identified {
  controller: string;
}

const RouteSource = z.object({ metadata: Meta, spec: z.looseObject({}).default({}) });
const Hosts = z.array(z.string()).nullish().catch(null);

const HOSTS = {
  Ingress: z
    .object({ rules: z.array(z.object({ host: z.string().nullish() })).nullish() })
    .transform(({ rules }) => (rules ?? []).flatMap(({ host }) => host ?? [])),
  HTTPRoute: z.object({ hostnames: Hosts }).transform(({ hostnames }) => hostnames ?? []),
  VirtualService: z.object({ hosts: Hosts }).transform(({ hosts }) => hosts ?? []),
  DestinationRule: z.object({ host: z.string().nullish() }).transform(({ host }) => (host ? [host] : [])),
};

/**
 * @param apiVersion by which it is watched, and will be patched
 * @returns what throws ZodError on what is no such object
 */
export function reduceRoute(apiVersion: string, kind: keyof typeof HOSTS): (object: unknown) => RouteRecord {
  return (object) => {
    const { metadata, spec } = RouteSource.parse(object);
    const { namespace, name, uid, resourceVersion } = metadata;
    const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations;
    return {
      namespace,
      name,
      uid,
      route: {
        apiVersion,
        kind,
        name,
        uid,
        resourceVersion,
        annotations,
        annotated: Object.keys(metadata.annotations).length > 0,
        hosts: HOSTS[kind].parse(spec),
        spec,
      },
    };
  };
}

const ClassObject = z.object({
  metadata: Meta,
  spec: z.object({ controller: z.string().default('') }).default({ controller: '' }),
});

export function reduceIngressClass(object: unknown): IngressClassRecord {
  const { metadata, spec } = ClassObject.parse(object);
  const { namespace, name, uid } = metadata;
  return { namespace, name, uid, controller: spec.controller };
}

/** Only ingress-nginx knows its canary annotations; NGINX Inc.'s controller is another one. */
export function isIngressNginx(controller: string): boolean {
  return /nginx/.test(controller) && !/^nginx\.org\//.test(controller);
}
