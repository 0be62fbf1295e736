import type { Calibration } from '../../../protocol';
import { markdownSection } from '../../report/table';
import {
  armTable,
  calibrationTitle,
  designText,
  errorTable,
  fitTable,
  frontierTable,
  settingsTable,
} from './tables';

/** The whole calibration as Markdown, the advice first. */
export function calibrationMarkdown(calibration: Calibration): string {
  const { recommendation, warnings } = calibration;
  const errors = errorTable(calibration);
  const tables = [
    armTable(calibration),
    frontierTable(calibration),
    settingsTable(calibration),
    fitTable(calibration),
    ...(errors ? [errors] : []),
  ];
  return [
    `# ${calibrationTitle(calibration)}`,
    `**${recommendation.text}**`,
    recommendation.reason,
    designText(calibration),
    ...(warnings.length > 0 ? [warnings.map((text) => `- ${text}`).join('\n')] : []),
    ...(recommendation.patch === null
      ? []
      : [`## The patch, for review\n\n\`\`\`yaml\n${recommendation.patch.trimEnd()}\n\`\`\``]),
    ...tables.map(markdownSection),
    '',
  ].join('\n\n');
}
