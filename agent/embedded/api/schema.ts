import * as z from 'zod';
import { sameJson } from '../store/sameJson';
import type { StatusCause } from '../store/statusError';

/** The part of OpenAPI v3 structural schemas that the embedded cluster enforces. */
export interface Schema {
  type?: string | undefined;
  properties?: Record<string, Schema> | undefined;
  additionalProperties?: boolean | Schema | undefined;
  items?: Schema | undefined;
  required?: string[] | undefined;
  enum?: unknown[] | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  pattern?: string | undefined;
  default?: unknown;
  nullable?: boolean | undefined;
  'x-kubernetes-preserve-unknown-fields'?: boolean | undefined;
  'x-kubernetes-embedded-resource'?: boolean | undefined;
  'x-kubernetes-int-or-string'?: boolean | undefined;
}

export const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    properties: z.record(z.string(), Schema).optional(),
    additionalProperties: z.union([z.boolean(), Schema]).optional(),
    items: Schema.optional(),
    required: z.array(z.string()).optional(),
    enum: z.array(z.unknown()).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    pattern: z.string().optional(),
    default: z.unknown().optional(),
    nullable: z.boolean().optional(),
    'x-kubernetes-preserve-unknown-fields': z.boolean().optional(),
    'x-kubernetes-embedded-resource': z.boolean().optional(),
    'x-kubernetes-int-or-string': z.boolean().optional(),
  }),
);

export interface Admission {
  /** What is wrong with the object; empty when it is valid. */
  causes: StatusCause[];
  /** Paths of the fields that the schema does not know and that were removed. */
  pruned: string[];
}

/**
 * Fills in defaults, removes unknown fields and checks the rest. Modifies `value`. Parts that are the same as in
 * `stored` stay as they are: a change elsewhere must neither fail because of them nor bring defaults into them (in a
 * pod template those would be a new revision).
 */
export function applySchema(schema: Schema, value: unknown, stored?: unknown): Admission {
  const admission: Admission = { causes: [], pruned: [] };
  visit(schema, value, { path: '', stored, admission });
  return admission;
}

interface Visit {
  path: string;
  stored: unknown;
  admission: Admission;
}

function visit(schema: Schema, value: unknown, at: Visit): void {
  if (value === null && schema.nullable) return;
  if (at.stored !== undefined && sameJson(value, at.stored)) return;
  const expected = mismatch(schema, value);
  if (expected !== null) {
    refuse(at, 'FieldValueTypeInvalid', `Invalid value: ${show(value)}: must be ${expected}`);
    return;
  }
  if (schema.enum && !schema.enum.includes(value)) {
    const supported = schema.enum.map((option) => JSON.stringify(option)).join(', ');
    refuse(at, 'FieldValueNotSupported', `Unsupported value: ${show(value)}: supported values: ${supported}`);
  }
  const broken = brokenBound(schema, value);
  if (broken !== null) refuse(at, 'FieldValueInvalid', `Invalid value: ${show(value)}: ${broken}`);
  if (Array.isArray(value)) visitItems(schema, value, at);
  else if (isRecord(value)) visitFields(schema, value, at);
}

/** Which bound of the schema a value does not keep, as the API server says it; null where it keeps all. */
function brokenBound({ minimum, maximum, pattern }: Schema, value: unknown): string | null {
  if (typeof value === 'number') {
    if (minimum !== undefined && value < minimum) return `must be greater than or equal to ${minimum}`;
    if (maximum !== undefined && value > maximum) return `must be less than or equal to ${maximum}`;
  }
  if (typeof value === 'string' && pattern !== undefined && !new RegExp(pattern).test(value)) {
    return `must match '${pattern}'`;
  }
  return null;
}

function visitItems({ items }: Schema, value: unknown[], at: Visit): void {
  if (!items) return;
  const stored: unknown[] = Array.isArray(at.stored) ? at.stored : [];
  for (const [index, item] of value.entries()) {
    visit(items, item, { ...at, path: `${at.path}[${index}]`, stored: stored[index] });
  }
}

function visitFields(schema: Schema, value: Record<string, unknown>, at: Visit): void {
  const properties = schema.properties ?? {};
  for (const [name, field] of Object.entries(properties)) {
    // Go clients write `null` for what they leave out.
    if (value[name] === null && !field.nullable) delete value[name];
    if (field.default !== undefined && value[name] === undefined)
      value[name] = structuredClone(field.default);
  }
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) refuse(inside(at, name), 'FieldValueRequired', 'Required value');
  }
  const isResource = at.path === '' || schema['x-kubernetes-embedded-resource'] === true;
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined || (isResource && RESOURCE_FIELDS.has(name))) continue;
    const known = Object.hasOwn(properties, name) ? properties[name] : additional(schema);
    if (known) visit(known, field, inside(at, name));
    else if (prunes(schema)) {
      delete value[name];
      at.admission.pruned.push(inside(at, name).path);
    }
  }
}

function inside({ path, stored, admission }: Visit, name: string): Visit {
  return {
    path: path ? `${path}.${name}` : name,
    stored: isRecord(stored) && Object.hasOwn(stored, name) ? stored[name] : undefined,
    admission,
  };
}

/** Checked apart, and never pruned. */
const RESOURCE_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

function additional({ additionalProperties }: Schema): Schema | undefined {
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function prunes(schema: Schema): boolean {
  return !schema['x-kubernetes-preserve-unknown-fields'] && schema.additionalProperties !== true;
}

/** What the value should have been, or null where it is of the schema's type. */
function mismatch(schema: Schema, value: unknown): string | null {
  if (schema['x-kubernetes-int-or-string']) {
    return Number.isInteger(value) || typeof value === 'string' ? null : 'an integer or a string';
  }
  const isType = schema.type === undefined ? undefined : TYPES[schema.type];
  return !isType || isType(value) ? null : `of type ${schema.type}`;
}

const TYPES: Record<string, (value: unknown) => boolean> = {
  object: isRecord,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: (value) => typeof value === 'number',
};

function refuse({ path, admission }: Visit, reason: string, message: string): void {
  admission.causes.push({ reason, message, field: path });
}

function show(value: unknown): string {
  return typeof value === 'object' && value !== null ? typeName(value) : JSON.stringify(value);
}

function typeName(value: object): string {
  return Array.isArray(value) ? '"array"' : '"object"';
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
