import { configJsonSchema, type SchemaNode } from './jsonSchema';

/** The configuration reference as Markdown: one row per key. docs/configuration.md is this, checked by a test. */
export function configReference(): string {
  return [
    '# Configuration: coxswain.yaml',
    '',
    'Every key is optional. An unknown key or a bad value is an error with its line and column, and the last good',
    'configuration stays in force. The file is read again when it changes. Durations are written `500ms`, `30s`,',
    '`5m`, `2h`. `coxswain config schema` prints the JSON Schema, `coxswain config check FILE` checks a file.',
    '',
    ...schemaTable(withVariants(configJsonSchema())),
    '',
  ].join('\n');
}

/** The keys of a schema as the lines of a Markdown table: one row per key. */
export function schemaTable(schema: SchemaNode): string[] {
  const rows = rowsOf(schema, '').map(
    ([key, kind, description]) => `| \`${key}\` | ${kind} | ${description.replaceAll('|', '\\|')} |`,
  );
  return ['| key | value | meaning |', '|---|---|---|', ...rows];
}

/** Objects that are told apart by `kind` as one with the keys of all; a key says which kinds have it. */
function withVariants(node: SchemaNode): SchemaNode {
  const properties = node.oneOf ? keysOfAll(node.oneOf) : node.properties;
  const { additionalProperties } = node;
  return {
    ...node,
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, child]) => [name, withVariants(child)]),
          ),
        }
      : {}),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: withVariants(additionalProperties) }
      : {}),
  };
}

function keysOfAll(variants: readonly SchemaNode[]): Record<string, SchemaNode> {
  const names = new Set(variants.flatMap(({ properties }) => Object.keys(properties ?? {})));
  return Object.fromEntries([...names].map((name) => [name, keyOfAll(name, variants)]));
}

/** What it means is taken from the first that has it. */
function keyOfAll(name: string, variants: readonly SchemaNode[]): SchemaNode {
  const having = variants.filter(({ properties }) => properties?.[name]);
  const [node = {}, ...others] = having.flatMap(({ properties }) => properties?.[name] ?? []);
  if (node.const !== undefined) return { ...node, const: undefined, anyOf: [node, ...others] };
  if (having.length === variants.length) return node;
  const kinds = having.map(({ properties }) => `\`${properties?.kind?.const}\``);
  return { ...node, description: `${node.description ?? ''} Only of ${kinds.join(' and ')}.` };
}

function rowsOf(node: SchemaNode, path: string): [key: string, kind: string, description: string][] {
  const children = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    rowsOf(child, path === '' ? name : `${path}.${name}`),
  );
  const perName =
    typeof node.additionalProperties === 'object' ? rowsOf(node.additionalProperties, `${path}.<name>`) : [];
  const perItem = rowsOfItems(node, path);
  const own: [string, string, string][] = path === '' ? [] : [[path, kindOf(node), node.description ?? '']];
  return [...own, ...children, ...perName, ...perItem];
}

/** The keys of objects in a list: `probes[].name`. */
function rowsOfItems({ items }: SchemaNode, path: string): [string, string, string][] {
  return items?.properties ? rowsOf(items, `${path}[]`).slice(1) : [];
}

function kindOf(node: SchemaNode): string {
  if (node.const !== undefined) return `\`${node.const}\``;
  const variants = node.anyOf ?? [];
  if (variants.length > 0) return variants.map(kindOf).join(', ');
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.pattern?.includes('ms|s|m|h')) return 'duration';
  if (node.oneOf) return 'section';
  if (node.type === 'array')
    return `list of ${node.items?.properties ? 'section' : (node.items?.type ?? 'value')}s`;
  if (node.type === 'object') return node.properties ? 'section' : 'map';
  return node.type ?? '';
}
