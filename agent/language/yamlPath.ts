/** Where the cursor stands in a YAML text that may be half written. */
export interface YamlPosition {
  /** Keys of the mappings around the cursor's line, outermost first. Lists have none. */
  parents: string[];
  /** The key on the cursor's line, if it has one. */
  key: string | null;
  /** The cursor is behind the colon. */
  inValue: boolean;
}

/** A dash begins an item, whose keys stand behind it. */
const LINE = /^(\s*(?:- +)*)("?)([^\s"#:-][^":]*?)\2\s*:(\s|$)/;
const INDENT = /^\s*(?:-(?: +|$))*/;

/**
 * The position by indentation alone: while somebody types, the text is rarely a valid document. Both numbers count
 * from 0.
 */
export function yamlPositionAt(lines: readonly string[], line: number, character: number): YamlPosition {
  const current = lines[line] ?? '';
  const match = LINE.exec(current);
  const indent = match?.[1]?.length ?? indentOf(current.slice(0, character));
  const colon = match ? current.indexOf(':', indent) : -1;
  return {
    parents: parentsOf(lines, line, indent),
    key: match?.[3] ?? null,
    inValue: colon >= 0 && character > colon,
  };
}

/** The value of a key in the mapping that the cursor's line belongs to, as it is written; null where it has none. */
export function siblingValue(
  lines: readonly string[],
  line: number,
  character: number,
  key: string,
): string | null {
  const current = lines[line] ?? '';
  const indent = LINE.exec(current)?.[1]?.length ?? indentOf(current.slice(0, character));
  const before = valueAmong(lines.slice(0, line + 1).toReversed(), indent, key, true);
  return before ?? valueAmong(lines.slice(line + 1), indent, key, false);
}

/** Looks on until the mapping ends: at what is further out, or where an item of a list begins. */
function valueAmong(
  lines: readonly string[],
  indent: number,
  key: string,
  isUpwards: boolean,
): string | null {
  for (const text of lines) {
    const match = LINE.exec(text);
    if (!match) continue;
    const at = match[1]?.length ?? 0;
    const beginsItem = match[1]?.includes('-') ?? false;
    if (at < indent || (at === indent && beginsItem && !isUpwards)) return null;
    if (at === indent && match[3] === key) return scalarIn(text);
    if (at === indent && beginsItem) return null;
  }
  return null;
}

function scalarIn(text: string): string {
  return text
    .slice(text.indexOf(':') + 1)
    .replace(/\s+#.*$/, '')
    .trim()
    .replaceAll(/^["']|["']$/g, '');
}

function indentOf(before: string): number {
  return INDENT.exec(before)?.[0].length ?? 0;
}

function parentsOf(lines: readonly string[], line: number, indent: number): string[] {
  const parents: string[] = [];
  let inner = indent;
  for (let index = line - 1; index >= 0 && inner > 0; index -= 1) {
    const match = LINE.exec(lines[index] ?? '');
    const outer = match?.[1]?.length ?? Number.POSITIVE_INFINITY;
    if (!match?.[3] || outer >= inner) continue;
    parents.unshift(match[3]);
    inner = outer;
  }
  return parents;
}
