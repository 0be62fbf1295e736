import * as z from 'zod';
import { ConfigSchema } from './schema';

/** A JSON Schema node, as far as Coxswain's own schemas use it. */
export interface SchemaNode {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | false;
  items?: SchemaNode;
  const?: unknown;
  /** Objects that are told apart by `kind`. */
  oneOf?: SchemaNode[];
  anyOf?: SchemaNode[];
}

/** The JSON Schema (2020-12) of `coxswain.yaml`, for editors. */
export function configJsonSchema(): SchemaNode & { $schema?: string; title: string } {
  const schema = z.toJSONSchema(ConfigSchema, { io: 'input' }) as SchemaNode;
  return { title: 'coxswain.yaml', ...schema };
}
