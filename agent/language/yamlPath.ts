/** Where the cursor stands in a YAML text that may be half written. */
export interface YamlPosition {
  /** Keys of the mappings around the cursor's line, outermost first. */
  parents: string[];
  /** The key on the cursor's line, if it has one. */
  key: string | null;
  /** The cursor is behind the colon. */
  inValue: boolean;
}

const LINE = /^(\s*)(?:- )?("?)([^\s"#:][^":]*?)\2\s*:(\s|$)/;

/**
 * The position by indentation alone: while somebody types, the text is rarely a valid document. Both numbers count
 * from 0.
 */
export function yamlPositionAt(lines: readonly string[], line: number, character: number): YamlPosition {
  const current = lines[line] ?? '';
  const match = LINE.exec(current);
  const indent = match?.[1]?.length ?? current.slice(0, character).search(/\S|$/);
  const colon = match ? current.indexOf(':', indent) : -1;
  return {
    parents: parentsOf(lines, line, indent),
    key: match?.[3] ?? null,
    inValue: colon >= 0 && character > colon,
  };
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
