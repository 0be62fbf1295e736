import type { Schema } from '../../api/schema';
import type { KubeObject } from '../../objectStore';
import type { StatusCause } from '../../store/statusError';
import { ingressSpec } from './routeObjects';

const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;
const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
});
const STRING: Schema = { type: 'string' };

const backend = object({
  service: object({ name: STRING, port: object({ name: STRING, number: { type: 'integer' } }) }, ['name']),
  resource: { ...OPEN },
});
const path = object(
  {
    path: STRING,
    pathType: { type: 'string', enum: ['Exact', 'Prefix', 'ImplementationSpecific'] },
    backend,
  },
  ['pathType', 'backend'],
);
const spec = object({
  ingressClassName: STRING,
  defaultBackend: backend,
  tls: { type: 'array', items: OPEN },
  rules: {
    type: 'array',
    items: object({ host: STRING, http: object({ paths: { type: 'array', items: path } }, ['paths']) }),
  },
});

/** Of an Ingress, networking.k8s.io/v1. */
export const INGRESS_SCHEMA: Schema = { ...OPEN, properties: { spec } };
/** Of an IngressClass, networking.k8s.io/v1. */
export const INGRESS_CLASS_SCHEMA: Schema = {
  ...OPEN,
  properties: { spec: { ...OPEN, properties: { controller: STRING } } },
};

/** What the API server finds wrong with an Ingress beyond its schema (pkg/apis/networking/validation). */
export function checkIngress(ingress: KubeObject): StatusCause[] {
  const { rules, defaultBackend } = ingressSpec(ingress);
  const causes: StatusCause[] = [];
  if (rules.length === 0 && !defaultBackend) {
    causes.push(wrong('spec', 'either `defaultBackend` or `rules` must be specified'));
  }
  for (const [index, { http }] of rules.entries()) {
    for (const [at, { path, pathType, backend }] of (http?.paths ?? []).entries()) {
      const field = `spec.rules[${index}].http.paths[${at}]`;
      if (!path.startsWith('/') && pathType !== 'ImplementationSpecific') {
        causes.push(wrong(`${field}.path`, 'must be an absolute path', path));
      }
      if (!backend.service) continue;
      const { name, number } = backend.service.port;
      if (name === undefined && number === undefined) {
        const message = 'Required value: port name or number is required';
        causes.push({ reason: 'FieldValueRequired', field: `${field}.backend.service.port`, message });
      }
    }
  }
  return causes;
}

function wrong(field: string, why: string, value?: string): StatusCause {
  const shown = value === undefined ? '' : `${JSON.stringify(value)}: `;
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${shown}${why}` };
}
