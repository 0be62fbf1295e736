import * as vscode from 'vscode';
import type { RunningAgent } from '../agent/supervisor';
import type { App } from '../context';
import type { Target } from '../views/target';
import { chosen } from './ui';

const TITLE = 'Cost Report';
const HOUR_SECONDS = 3600;

/** How far back a report may look. */
const PERIODS = [
  { label: 'Last hour', seconds: HOUR_SECONDS },
  { label: 'Last day', seconds: 24 * HOUR_SECONDS },
  { label: 'Last 7 days', seconds: 7 * 24 * HOUR_SECONDS },
  { label: 'Last 30 days', seconds: 30 * 24 * HOUR_SECONDS },
] as const;

const BASELINES = [
  { label: 'HPA', detail: 'What the autoscaler’s wish would have cost.', baseline: 'hpa' },
  {
    label: 'Fixed replicas',
    detail: 'What as many pods as the peak needed would have cost.',
    baseline: 'fixed',
  },
] as const;

const FORMATS = [
  { label: 'Page', detail: 'With tables and figures, in an editor tab.', format: 'html' },
  { label: 'Markdown', detail: 'As a preview, to copy into an issue.', format: 'md' },
  { label: 'CSV', detail: 'For a spreadsheet.', format: 'csv' },
] as const;

/** What scaling has cost and what it would have cost, of one workload or of all. */
export async function costReport(app: App, agent: RunningAgent, target: Target): Promise<void> {
  const { seconds, label } = await choose(PERIODS, 'Of which time?');
  const { baseline } = await choose(BASELINES, 'Compared with what?');
  const { format } = await choose(FORMATS, 'As what?');
  const { text } = await agent.request('costReport', {
    sinceSeconds: seconds,
    baseline,
    format,
    ...(target.workloadId === undefined ? {} : { workloadId: target.workloadId }),
  });
  const path = `/Costs, ${label.toLowerCase()}`;
  switch (format) {
    case 'html':
      app.costs.show(`Costs: ${label.toLowerCase()}`, text);
      break;
    case 'md':
      await app.reports.showMarkdown(`${path}.md`, text);
      break;
    case 'csv':
      await app.reports.show(`${path}.csv`, text);
      break;
  }
}

async function choose<T extends vscode.QuickPickItem>(rows: readonly T[], placeHolder: string): Promise<T> {
  return chosen(
    await vscode.window.showQuickPick(rows, {
      title: TITLE,
      placeHolder,
      matchOnDetail: true,
      ignoreFocusOut: true,
    }),
  );
}
