/** A table whose cells are escaped, unless `cell` does otherwise; without headings where there are none. */
export function markdownTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  cell: (text: string) => string = escapedMarkdown,
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join(
    '\n',
  );
}

/** Names come from files and clusters: none of them is to become a link, a picture or a cell of a table. */
export function escapedMarkdown(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** A block of code with a fence longer than any in the text. */
export function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}
