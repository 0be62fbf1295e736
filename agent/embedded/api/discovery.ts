import { REVIEWS } from './access';
import { apiVersionOf } from './request';
import type { ResourceInfo, Subresource } from './resourceInfo';
import type { ResourceRegistry } from './resourceRegistry';

/** The Kubernetes version whose API is served. */
export const VERSION = {
  major: '1',
  minor: '35',
  gitVersion: 'v1.35.0+coxswain',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: `${process.platform}/${process.arch}`,
};

/** Answers `/version`, `/api`, `/apis`, `/api/v1`, `/apis/<group>` and `/apis/<group>/<version>`. */
export function discover(registry: ResourceRegistry, path: string): unknown {
  const [root, ...parts] = path.split('/').slice(1);
  const [first, second, ...more] = parts;
  if (more.length > 0) return undefined;
  if (root === 'api') {
    if (first === undefined) return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    return second === undefined ? resourceList(registry, '', first) : undefined;
  }
  if (root !== 'apis') return undefined;
  const groups = [...versionsByGroup(registry)].map(([name, versions]) => groupOf(name, versions));
  if (first === undefined) return { kind: 'APIGroupList', apiVersion: 'v1', groups };
  if (second !== undefined) return resourceList(registry, first, second);
  const group = groups.find(({ name }) => name === first);
  return group && { kind: 'APIGroup', apiVersion: 'v1', ...group };
}

function versionsByGroup(registry: ResourceRegistry): Map<string, Set<string>> {
  const groups = new Map([['authorization.k8s.io', new Set(['v1'])]]);
  for (const { group, version } of registry.all()) {
    if (group === '') continue;
    groups.set(group, (groups.get(group) ?? new Set()).add(version));
  }
  return groups;
}

function groupOf(name: string, versions: ReadonlySet<string>) {
  const list = [...versions].map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: list, preferredVersion: list[0] };
}

function resourceList(registry: ResourceRegistry, group: string, version: string): unknown {
  const served = registry.all().filter((info) => info.group === group && info.version === version);
  const resources =
    group === 'authorization.k8s.io' && version === 'v1' ? reviews() : served.flatMap(resourcesOf);
  if (resources.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({ group, version }),
    resources,
  };
}

function reviews() {
  return REVIEWS.map(({ plural, kind }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced: false,
    kind,
    verbs: ['create'],
  }));
}

function resourcesOf(info: ResourceInfo): Record<string, unknown>[] {
  const { plural, singular, namespaced, kind, shortNames, categories, subresources } = info;
  return [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
      ...(shortNames.length > 0 && { shortNames }),
      ...(categories.length > 0 && { categories }),
    },
    ...subresources.map((subresource) => ({
      name: `${plural}/${subresource}`,
      singularName: '',
      namespaced,
      ...subresourceKind(info, subresource),
    })),
  ];
}

function subresourceKind({ kind }: ResourceInfo, subresource: Subresource): Record<string, unknown> {
  switch (subresource) {
    case 'status':
      return { kind, verbs: ['get', 'patch', 'update'] };
    case 'scale':
      return { kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: ['get', 'patch', 'update'] };
    case 'eviction':
      return { kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] };
    case 'log':
      return { kind, verbs: ['get'] };
    case 'proxy':
      return { kind: `${kind}ProxyOptions`, verbs: ['create', 'delete', 'get', 'patch', 'update'] };
  }
}
