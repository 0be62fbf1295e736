import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument, visit } from 'yaml';
import type * as z from 'zod';
import { CoxswainError } from '../protocol';
import { type Config, ConfigSchema } from './schema';

/** Something wrong in a config text. Lines and columns count from 1; the end is exclusive. */
export interface ConfigProblem {
  message: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** The config of a text, or throws `config-invalid` naming every problem as `path:line:column`. */
export function parseConfig(text: string, path: string): Config {
  const parsed = checkConfig(text);
  if (parsed.config) return parsed.config;
  const problems = parsed.problems.map(
    (problem) => `${path}:${problem.line}:${problem.column}: ${problem.message}`,
  );
  throw new CoxswainError(
    'config-invalid',
    problems.join('\n'),
    'Correct the file; the keys and their values are in docs/configuration.md and in `coxswain config schema`.',
  );
}

/** Either the config or what is wrong with it; never throws. */
export function checkConfig(
  text: string,
): { config: Config; problems: [] } | { config: null; problems: ConfigProblem[] } {
  const lines = new LineCounter();
  // Editors do not show a byte order mark, so that it must not count as a column.
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, prettyErrors: false });
  const at = (message: string, start: number, end: number): ConfigProblem => {
    const from = lines.linePos(start);
    const to = lines.linePos(Math.max(end, start + 1));
    return { message, line: from.line, column: from.col, endLine: to.line, endColumn: to.col };
  };
  if (document.errors.length > 0) {
    return { config: null, problems: document.errors.map((error) => at(error.message, ...error.pos)) };
  }
  const value = toValue(document);
  if (value.kind === 'error') return { config: null, problems: [at(value.message, ...value.range)] };
  const result = ConfigSchema.safeParse(value.value ?? {});
  if (result.success) return { config: result.data, problems: [] };
  const problems = result.error.issues.flatMap((issue) =>
    locate(issue, document.contents).map(({ message, range }) => at(message, ...range)),
  );
  return { config: null, problems };
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
