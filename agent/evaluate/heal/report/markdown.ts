import type { HealResult } from '../healResult';
import { describeDesign, describeVerdict, REPORT_TITLE, reportTables } from './sections';
import type { ReportTable } from './tables';

/** The whole report as Markdown. */
export function healMarkdown(result: HealResult): string {
  const { conclusions, arms } = describeVerdict(result);
  return [
    `# ${REPORT_TITLE}`,
    describeDesign(result),
    conclusions.map((text) => `**${text}**`).join('\n\n'),
    arms.map((text) => `- ${text}`).join('\n'),
    ...reportTables(result).map((table) =>
      `## ${table.title}\n\n${markdownTable(table)}\n\n${table.note}`.trimEnd(),
    ),
    '',
  ].join('\n\n');
}

/** Without title and note. */
export function markdownTable({ headings, rows }: ReportTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(headings), `|${'---|'.repeat(headings.length)}`, ...rows.map(line)].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
