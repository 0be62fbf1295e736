import type * as z from 'zod';
import { canonicalJson } from '../../journal/canonicalJson';

export type Json = z.infer<ReturnType<typeof z.json>>;

/** What stands in an object of the API as it is sent there; null for what is not there, and for what is no JSON. */
export function asJson(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'object': {
      if (value === null) return null;
      if (Array.isArray(value)) return value.map(asJson);
      const members = Object.entries(value).filter(([, member]) => member !== undefined);
      return Object.fromEntries(members.map(([key, member]) => [key, asJson(member)]));
    }
    default:
      return null;
  }
}

export function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}
