import { markdownSection } from '../../report/table';
import type { CanaryResult } from '../canaryResult';
import { describeDesign, describeVerdict, REPORT_TITLE, reportTables } from './sections';

/** The whole report as Markdown. */
export function canaryMarkdown(result: CanaryResult): string {
  const { conclusions, arms } = describeVerdict(result);
  return [
    `# ${REPORT_TITLE}`,
    describeDesign(result),
    conclusions.map((text) => `**${text}**`).join('\n\n'),
    arms.map((text) => `- ${text}`).join('\n'),
    ...reportTables(result).map(markdownSection),
    '',
  ].join('\n\n');
}
