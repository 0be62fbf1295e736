import type { Calibration } from '../../../protocol';
import { figure, paragraph, ROLE_LEGEND, reportPage, section, verdictMarkup } from '../../report/page';
import { escapeText } from '../../report/svg';
import { frontierChart } from './frontierChart';
import { loadChart } from './loadChart';
import {
  armTable,
  calibrationTitle,
  designText,
  errorTable,
  fitTable,
  frontierTable,
  settingsTable,
} from './tables';

/** The whole calibration as one page that needs nothing else, the advice first. */
export function calibrationHtml(calibration: Calibration): string {
  const { recommendation, warnings } = calibration;
  const errors = errorTable(calibration);
  return reportPage(calibrationTitle(calibration), [
    verdictMarkup([recommendation.text, recommendation.reason], warnings),
    paragraph(designText(calibration), 'note'),
    ROLE_LEGEND,
    figure('Violated requests over pods', frontierChart(calibration)),
    figure('The load that was replayed', loadChart(calibration)),
    section(armTable(calibration), []),
    recommendation.patch === null
      ? ''
      : `<h2>The patch, for review</h2><pre>${escapeText(recommendation.patch)}</pre>`,
    section(frontierTable(calibration), []),
    section(settingsTable(calibration), []),
    section(fitTable(calibration), []),
    ...(errors ? [section(errors, [])] : []),
  ]);
}
