import type { KubeObject } from '../objectStore';
import { badRequest } from '../store/statusError';

/** Reads `metadata.name=a,status.phase!=Running`; `supported` lists the resource's own fields. Throws 400. */
export function parseFieldSelector(
  text: string,
  supported: readonly string[],
): (object: KubeObject) => boolean {
  const terms = text.split(',').filter((term) => term.trim() !== '');
  const conditions = terms.map((term) => {
    const { field, operator, value } =
      /^\s*(?<field>[^=!\s]+)(?<operator>==?|!=)(?<value>.*)$/.exec(term)?.groups ?? {};
    if (field === undefined) throw badRequest(`invalid field selector: ${term}`);
    if (!['metadata.name', 'metadata.namespace', ...supported].includes(field)) {
      throw badRequest(`field label not supported: ${field}`);
    }
    return { path: field.split('.'), equal: operator !== '!=', value };
  });
  return (object) => conditions.every(({ path, equal, value }) => (textAt(object, path) === value) === equal);
}

/** The value at a path of field names as text; empty where there is none. */
function textAt(object: unknown, path: readonly string[]): string {
  let value = object;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return value === undefined || value === null ? '' : String(value);
}
