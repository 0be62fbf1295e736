import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument, visit } from 'yaml';
import type * as z from 'zod';
import { CoxswainError } from '../protocol';

/** Something wrong in a YAML text. Lines and columns count from 1; the end is exclusive. */
export interface YamlProblem {
  message: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/**
 * The value of a YAML text that `schema` accepts.
 *
 * @throws CoxswainError `config-invalid`, naming every problem as `path:line:column`
 */
export function parseYaml<S extends z.ZodType>(
  text: string,
  schema: S,
  { path, remedy }: { path: string; remedy: string },
): z.output<S> {
  const checked = checkYaml(text, schema);
  if (checked.problems.length === 0) return checked.value as z.output<S>;
  const lines = checked.problems.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`);
  throw new CoxswainError('config-invalid', lines.join('\n'), remedy);
}

/** Either the value or what is wrong with it; never throws. */
export function checkYaml<S extends z.ZodType>(
  text: string,
  schema: S,
): { value: z.output<S>; problems: [] } | { value: null; problems: YamlProblem[] } {
  const lines = new LineCounter();
  // Editors do not show a byte order mark, so that it must not count as a column.
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, prettyErrors: false });
  const at = (message: string, start: number, end: number): YamlProblem => {
    const from = lines.linePos(start);
    const to = lines.linePos(Math.max(end, start + 1));
    return { message, line: from.line, column: from.col, endLine: to.line, endColumn: to.col };
  };
  if (document.errors.length > 0) {
    return { value: null, problems: document.errors.map((error) => at(error.message, ...error.pos)) };
  }
  const value = toValue(document);
  if (value.kind === 'error') return { value: null, problems: [at(value.message, ...value.range)] };
  const result = schema.safeParse(value.value ?? {});
  if (result.success) return { value: result.data, problems: [] };
  const problems = result.error.issues.flatMap((issue) =>
    locate(issue, document.contents).map(({ message, range }) => at(message, ...range)),
  );
  return { value: null, problems };
}

/** Aliases are resolved only now, and fail where their anchor is missing or where they multiply without end. */
function toValue(
  document: ReturnType<typeof parseDocument>,
): { kind: 'value'; value: unknown } | { kind: 'error'; message: string; range: Range } {
  try {
    return { kind: 'value', value: document.toJS() };
  } catch (error) {
    return { kind: 'error', message: (error as Error).message, range: rangeOfLostAlias(document) ?? [0, 1] };
  }
}

/** The first alias whose anchor is missing. */
function rangeOfLostAlias(document: ReturnType<typeof parseDocument>): Range | undefined {
  let found: Range | undefined;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return undefined;
      found = rangeOf(alias);
      return visit.BREAK;
    },
  });
  return found;
}

type Range = [start: number, end: number];

/** Where an issue is: at the value it speaks of, or at each key that is not known. */
function locate(issue: z.core.$ZodIssue, root: Node | null): { message: string; range: Range }[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      message: `unknown key "${[...path, key].join('.')}"`,
      range: rangeOf(findPair(findNode(root, path), key)?.key) ?? nearestRange(root, path),
    }));
  }
  if (issue.code === 'invalid_key') {
    const why = issue.issues[0]?.message ?? issue.message;
    const key = findPair(findNode(root, path.slice(0, -1)), path.at(-1) ?? '')?.key;
    return [{ message: `${path.join('.')}: ${why}`, range: rangeOf(key) ?? nearestRange(root, path) }];
  }
  const message = path.length === 0 ? issue.message : `${path.join('.')}: ${issue.message}`;
  return [{ message, range: nearestRange(root, path) }];
}

/** The range of the value at `path`, or of its nearest parent that exists. */
function nearestRange(root: Node | null, path: readonly string[]): Range {
  for (let length = path.length; length >= 0; length -= 1) {
    const range = rangeOf(findNode(root, path.slice(0, length)));
    if (range) return range;
  }
  return [0, 1];
}

function findNode(root: Node | null, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => findPair(node, key)?.value ?? itemOf(node, key), root);
}

function findPair(node: unknown, key: string): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function itemOf(node: unknown, key: string): unknown {
  const items = (node as { items?: unknown[] } | null | undefined)?.items;
  return Array.isArray(items) && /^\d+$/.test(key) ? items[Number(key)] : undefined;
}

function rangeOf(node: unknown): Range | undefined {
  const range = (node as { range?: [number, number, number] | null } | null | undefined)?.range;
  return range ? [range[0], range[1]] : undefined;
}
