import { VERSION } from './discovery';
import { apiVersionOf } from './request';
import type { ResourceInfo } from './resourceInfo';
import type { ResourceRegistry } from './resourceRegistry';

/**
 * Answers `/openapi/v3` and `/openapi/v3/<group version>`: the paths and that they validate fields on the server, by
 * which kubectl decides not to validate by itself. Schemas of the kinds are not published.
 */
export function openApi(registry: ResourceRegistry, path: string): unknown {
  const match = /^\/openapi\/v3(?:\/(?<root>.+))?$/.exec(path);
  if (!match) return undefined;
  const wanted = match.groups?.root;
  const roots = new Set(registry.all().map(rootOf));
  if (wanted === undefined) {
    const entries = [...roots].map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}` }]);
    return { paths: Object.fromEntries(entries) };
  }
  if (!roots.has(wanted)) return undefined;
  const served = registry.all().filter((info) => rootOf(info) === wanted);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: VERSION.gitVersion },
    paths: Object.fromEntries(served.map((info) => [objectPath(info), { patch: patchOperation(info) }])),
    components: { schemas: {} },
  };
}

/** `api/v1` or `apis/apps/v1`. */
function rootOf(info: ResourceInfo): string {
  return `${info.group ? 'apis' : 'api'}/${apiVersionOf(info)}`;
}

function objectPath(info: ResourceInfo): string {
  return `/${rootOf(info)}/${info.namespaced ? 'namespaces/{namespace}/' : ''}${info.plural}/{name}`;
}

function patchOperation({ group, version, kind }: ResourceInfo): Record<string, unknown> {
  const parameter = (name: string) => ({ name, in: 'query', schema: { type: 'string' } });
  return {
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind },
    parameters: [parameter('dryRun'), parameter('fieldValidation')],
    responses: { 200: { description: 'OK' } },
  };
}
