import { configJsonSchema, type SchemaNode } from './jsonSchema';

/** The configuration reference as Markdown: one row per key. docs/configuration.md is this, checked by a test. */
export function configReference(): string {
  const rows = rowsOf(configJsonSchema(), '').map(
    ([key, kind, description]) => `| \`${key}\` | ${kind} | ${description.replaceAll('|', '\\|')} |`,
  );
  return [
    '# Configuration: coxswain.yaml',
    '',
    'Every key is optional. An unknown key or a bad value is an error with its line and column, and the last good',
    'configuration stays in force. The file is read again when it changes. Durations are written `500ms`, `30s`,',
    '`5m`, `2h`. `coxswain config schema` prints the JSON Schema, `coxswain config check FILE` checks a file.',
    '',
    '| key | value | meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function rowsOf(node: SchemaNode, path: string): [key: string, kind: string, description: string][] {
  const children = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    rowsOf(child, path === '' ? name : `${path}.${name}`),
  );
  const perName =
    typeof node.additionalProperties === 'object' ? rowsOf(node.additionalProperties, `${path}.<name>`) : [];
  const own: [string, string, string][] = path === '' ? [] : [[path, kindOf(node), node.description ?? '']];
  return [...own, ...children, ...perName];
}

function kindOf(node: SchemaNode): string {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.pattern?.includes('ms|s|m|h')) return 'duration';
  if (node.type === 'array') return `list of ${node.items?.type ?? 'values'}s`;
  if (node.type === 'object') return node.properties ? 'section' : 'map';
  return node.type ?? '';
}
