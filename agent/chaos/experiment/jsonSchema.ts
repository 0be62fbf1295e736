import * as z from 'zod';
import type { SchemaNode } from '../../config/jsonSchema';
import { Experiment } from './experiment';

/** The JSON Schema (2020-12) of an experiment file, for editors and the reference. */
export function experimentJsonSchema(): SchemaNode & { title: string } {
  return { title: 'experiment', ...(z.toJSONSchema(Experiment, { io: 'input' }) as SchemaNode) };
}
