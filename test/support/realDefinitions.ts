import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import Ajv from 'ajv-draft-04';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { applySchema, Schema } from '../../agent/embedded/api/schema';

const FOLDER = join(import.meta.dirname, '../../../shared/schemas/crds');

const Definition = z.object({
  kind: z.literal('CustomResourceDefinition'),
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(
      z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: z.looseObject({}) }) }),
    ),
  }),
});

/** Whether the definitions of the real chaos tools are on this machine. */
export const hasRealDefinitions = existsSync(FOLDER);

/**
 * Makes the check of an object against the real definitions of some chaos tools: what an API server would refuse or
 * drop without a word, in words.
 */
export function realDefinitions(...folders: readonly string[]): (object: unknown) => string[] {
  const definitions = folders.flatMap(definitionsIn);
  // OpenAPI 3.0 has the bounds of draft 4; Kubernetes' own formats and extensions are no concern of JSON Schema.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const validators = new Map<object, ValidateFunction>();
  return (object) => {
    const { apiVersion, kind } = z.object({ apiVersion: z.string(), kind: z.string() }).parse(object);
    const schema = definitions.find((each) => each.kind === kind && each.apiVersion === apiVersion)?.schema;
    if (!schema) return [`no definition of ${kind} ${apiVersion}`];
    // Made from a schema of ten thousand lines.
    const validate = validators.get(schema) ?? ajv.compile(schema);
    validators.set(schema, validate);
    validate(object);
    const { causes, pruned } = applySchema(Schema.parse(schema), structuredClone(object));
    return [
      ...(validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`),
      ...causes.map(({ field, message }) => `${field}: ${message}`),
      ...pruned.map((path) => `${path}: unknown`),
    ];
  };
}

function definitionsIn(folder: string) {
  return readdirSync(join(FOLDER, folder))
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => parseAllDocuments(readFileSync(join(FOLDER, folder, name), 'utf8')))
    .flatMap((document) => Definition.safeParse(document.toJS()).data ?? [])
    .flatMap(({ spec }) =>
      spec.versions.map(({ name, schema }) => ({
        kind: spec.names.kind,
        apiVersion: `${spec.group}/${name}`,
        schema: schema.openAPIV3Schema,
      })),
    );
}
