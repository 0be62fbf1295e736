import {
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
  type Hover,
  type Position,
} from 'vscode-languageserver';
import { configJsonSchema, type SchemaNode } from '../config/jsonSchema';
import { checkConfig } from '../config/parse';
import { yamlPositionAt } from './yamlPath';

const SCHEMA = configJsonSchema();

/** The problems of a `coxswain.yaml`, where they are. */
export function diagnoseConfig(text: string): Diagnostic[] {
  return checkConfig(text).problems.map(({ message, line, column, endLine, endColumn }) => ({
    message,
    severity: DiagnosticSeverity.Error,
    source: 'coxswain',
    range: {
      start: { line: line - 1, character: column - 1 },
      end: { line: endLine - 1, character: endColumn - 1 },
    },
  }));
}

/** Keys that may stand at the cursor, or the values of the key before it. */
export function completeConfig(text: string, position: Position): CompletionItem[] {
  const at = yamlPositionAt(text.split('\n'), position.line, position.character);
  const parent = nodeAt(at.parents);
  if (at.inValue) return at.key === null ? [] : valuesOf(child(parent, at.key));
  return Object.entries(parent?.properties ?? {}).map(([name, node]) => ({
    label: name,
    kind: CompletionItemKind.Property,
    insertText: node.properties ? `${name}:\n  ` : `${name}: `,
    ...(node.description ? { documentation: node.description } : {}),
  }));
}

/** What the key under the cursor means. */
export function hoverConfig(text: string, position: Position): Hover | null {
  const at = yamlPositionAt(text.split('\n'), position.line, position.character);
  const node = at.key === null ? undefined : child(nodeAt(at.parents), at.key);
  return node?.description ? { contents: { kind: 'markdown', value: node.description } } : null;
}

function nodeAt(path: readonly string[]): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>((node, key) => child(node, key), SCHEMA);
}

function child(node: SchemaNode | undefined, key: string): SchemaNode | undefined {
  const perName = node?.additionalProperties;
  return node?.properties?.[key] ?? (typeof perName === 'object' ? perName : undefined);
}

function valuesOf(node: SchemaNode | undefined): CompletionItem[] {
  const values = node?.enum ?? (node?.type === 'boolean' ? ['true', 'false'] : []);
  const suggested = values.length === 0 && node?.default !== undefined ? [String(node.default)] : values;
  return suggested.map((label) => ({ label, kind: CompletionItemKind.Value }));
}
