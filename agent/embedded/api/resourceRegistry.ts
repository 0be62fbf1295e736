import type { Clock } from '../../clock';
import type { KubeObject, ObjectStore, ResourceType } from '../objectStore';
import { CUSTOM_RESOURCE_DEFINITIONS, sameType } from '../store/resourceTypes';
import { rfc3339 } from '../store/timestamp';
import { BUILTIN_RESOURCES } from './builtinResources';
import { DefinitionSpec, establishedStatus, resourcesOf } from './customResources';
import type { ResourceInfo } from './resourceInfo';

/** The resources that the API serves: the built-in ones, and those of the CustomResourceDefinitions in the store. */
export interface ResourceRegistry {
  all(): readonly ResourceInfo[];
  find(type: ResourceType): ResourceInfo | undefined;
  close(): void;
}

/** Follows the definitions in the store from now on, and marks each as established. */
export function createResourceRegistry(store: ObjectStore, clock: Clock): ResourceRegistry {
  const custom = new Map<string, readonly ResourceInfo[]>();

  const register = (definition: KubeObject) => {
    const spec = DefinitionSpec.safeParse(definition.spec);
    if (!spec.success) return;
    custom.set(definition.metadata.name, resourcesOf(spec.data));
    if (definition.status?.conditions) return;
    store.update(CUSTOM_RESOURCE_DEFINITIONS, undefined, definition.metadata.name, (draft) => {
      draft.status = establishedStatus(spec.data, rfc3339(clock.nowMs()));
    });
  };

  for (const definition of store.list(CUSTOM_RESOURCE_DEFINITIONS)) register(definition);
  const close = store.subscribe(({ type, resource, object }) => {
    if (!sameType(resource, CUSTOM_RESOURCE_DEFINITIONS)) return;
    if (type === 'DELETED') custom.delete(object.metadata.name);
    else register(object);
  });

  const all = () => [...BUILTIN_RESOURCES, ...[...custom.values()].flat()];
  return { all, find: (type) => all().find((info) => sameType(info, type)), close };
}
