import {
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
  type Hover,
  type Position,
} from 'vscode-languageserver';
import type { SchemaNode } from '../config/jsonSchema';
import type { YamlProblem } from '../config/yaml';
import { siblingValue, yamlPositionAt } from './yamlPath';

/** What an editor may ask about the text of one kind of file. */
export interface FileLanguage {
  /** The problems of the text, where they are. */
  diagnose(text: string): Diagnostic[];
  /** Keys that may stand at the cursor, or the values of the key before it. */
  complete(text: string, position: Position): CompletionItem[];
  /** What the key under the cursor means. */
  hover(text: string, position: Position): Hover | null;
}

/** The language of YAML files that a schema describes. */
export function schemaLanguage(
  schema: SchemaNode,
  check: (text: string) => readonly YamlProblem[],
): FileLanguage {
  return {
    diagnose: (text) => check(text).map(diagnosticOf),
    complete(text, position) {
      const { parent, key, inValue } = locate(schema, text, position);
      if (inValue) return key === null ? [] : valuesOf(child(parent, key));
      return Object.entries(propertiesOf(parent)).map(([name, node]) => ({
        label: name,
        kind: CompletionItemKind.Property,
        insertText: insertTextOf(name, node),
        ...(node.description ? { documentation: node.description } : {}),
      }));
    },
    hover(text, position) {
      const { parent, key } = locate(schema, text, position);
      const node = key === null ? undefined : child(parent, key);
      return node?.description ? { contents: { kind: 'markdown', value: node.description } } : null;
    },
  };
}

function diagnosticOf({ message, line, column, endLine, endColumn }: YamlProblem): Diagnostic {
  return {
    message,
    severity: DiagnosticSeverity.Error,
    source: 'coxswain',
    range: {
      start: { line: line - 1, character: column - 1 },
      end: { line: endLine - 1, character: endColumn - 1 },
    },
  };
}

/** The schema of the mapping that the cursor is in. Where its `kind` tells it apart from others, that is heeded. */
function locate(schema: SchemaNode, text: string, { line, character }: Position) {
  const lines = text.split(/\r?\n/);
  const { parents, key, inValue } = yamlPositionAt(lines, line, character);
  const node = parents.reduce<SchemaNode | undefined>((outer, name) => child(outer, name), schema);
  const mapping = node?.items ?? node;
  const kind = mapping?.oneOf ? siblingValue(lines, line, character, 'kind') : null;
  const variant = mapping?.oneOf?.find(({ properties }) => properties?.kind?.const === kind);
  return {
    parent: variant ? { ...mapping, properties: withKinds(variant, mapping) } : mapping,
    key,
    inValue,
  };
}

/** Also where a kind is written already, another one may be meant. */
function withKinds(variant: SchemaNode, union: SchemaNode | undefined): Record<string, SchemaNode> {
  return { ...variant.properties, kind: kindsOf(union) };
}

function kindsOf(union: SchemaNode | undefined): SchemaNode {
  const kinds = (union?.oneOf ?? []).flatMap(({ properties }) => {
    const kind = properties?.kind?.const;
    return typeof kind === 'string' ? [kind] : [];
  });
  return { type: 'string', enum: kinds, description: 'What is done.' };
}

function propertiesOf(node: SchemaNode | undefined): Record<string, SchemaNode> {
  return node?.properties ?? (node?.oneOf ? { kind: kindsOf(node) } : {});
}

function child(node: SchemaNode | undefined, key: string): SchemaNode | undefined {
  const mapping = node?.items ?? node;
  const perName = mapping?.additionalProperties;
  return propertiesOf(mapping)[key] ?? (typeof perName === 'object' ? perName : undefined);
}

function insertTextOf(name: string, node: SchemaNode): string {
  if (node.items?.properties) return `${name}:\n  - `;
  return node.properties || node.oneOf ? `${name}:\n  ` : `${name}: `;
}

function valuesOf(node: SchemaNode | undefined): CompletionItem[] {
  const values = choicesOf(node);
  const suggested = values.length === 0 && node?.default !== undefined ? [String(node.default)] : values;
  return suggested.map((label) => ({ label, kind: CompletionItemKind.Value }));
}

function choicesOf(node: SchemaNode | undefined): string[] {
  if (typeof node?.const === 'string') return [node.const];
  if (node?.anyOf) return node.anyOf.flatMap(choicesOf);
  return node?.enum ?? (node?.type === 'boolean' ? ['true', 'false'] : []);
}
