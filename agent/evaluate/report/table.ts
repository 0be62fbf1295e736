import { escapeText } from './svg';

/** A table that Markdown and HTML show alike. */
export interface ReportTable {
  title: string;
  headings: readonly string[];
  rows: readonly (readonly string[])[];
  /** How to read it: whole sentences. */
  note: string;
}

/** Without title and note. */
export function markdownTable({ headings, rows }: ReportTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(headings), `|${'---|'.repeat(headings.length)}`, ...rows.map(line)].join('\n');
}

/** With its title as a heading, and its note. */
export function markdownSection(table: ReportTable): string {
  return `## ${table.title}\n\n${markdownTable(table)}\n\n${table.note}`.trimEnd();
}

/** As HTML that can be scrolled by keyboard where it is too wide; without title and note. */
export function tableMarkup({ title, headings, rows }: ReportTable): string {
  const head = headings.map((heading) => `<th scope="col">${escapeText(heading)}</th>`).join('');
  const body = rows.map(([first = '', ...cells]) => {
    const others = cells.map((cell) => `<td>${escapeText(cell)}</td>`).join('');
    return `<tr><th scope="row">${escapeText(first)}</th>${others}</tr>`;
  });
  return `<div class="table" tabindex="0" role="region" aria-label="${escapeText(title)}"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
