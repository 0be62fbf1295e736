import * as vscode from 'vscode';
import type { ReleaseState, ReleaseSteering } from '../../agent/protocol';
import { clusterNowMs } from '../../agent/protocol/clusterTime';
import type { RunningAgent } from '../agent/supervisor';
import type { App } from '../context';
import { evidenceReport } from '../views/evidenceReport';
import type { Target } from '../views/target';
import { pickRelease } from './pickRelease';
import { chosen, notFound, pick } from './ui';

const STEERINGS: readonly { steering: ReleaseSteering; label: string; detail: string }[] = [
  { steering: 'off', label: 'Off', detail: 'Coxswain only watches the release.' },
  {
    steering: 'shadow',
    label: 'Shadow',
    detail: 'The evidence is gathered, and what would be done is only said.',
  },
  {
    steering: 'own',
    label: 'Own',
    detail:
      'Coxswain sets the pace, promotes when the evidence carries it, and rolls back when harm is certain.',
  },
];

/** How much say Coxswain has in a release. */
export async function setReleaseSteering(agent: RunningAgent, target: Target): Promise<void> {
  const release = await pickRelease(agent, target, 'Set the steering of which release?');
  const { steering, label } = chosen(
    await vscode.window.showQuickPick(
      STEERINGS.map((row) => ({
        ...row,
        description: row.steering === release.steering ? 'current' : '',
      })),
      {
        title: `Steering of ${release.ref.namespace}/${release.ref.name}`,
        placeHolder: 'How much say has Coxswain?',
      },
    ),
  );
  if (steering === release.steering) return;
  await agent.request('setReleaseSteering', { releaseId: release.id, steering });
  vscode.window.setStatusBarMessage(`$(rocket) ${release.ref.name}: ${label.toLowerCase()}`, 5000);
}

/** Opens the dashboard on a release. */
export function showRelease(app: App, target: Target): void {
  app.dashboard.openRelease(target.releaseId ?? target.workloadId ?? null);
}

/** What is known of a release and what it means, as a page. */
export async function showEvidence(app: App, agent: RunningAgent, target: Target): Promise<void> {
  const release = await pickRelease(agent, target, 'Show the evidence of which release?');
  const nowMs = clusterNowMs(agent.snapshot.clock, Date.now());
  await app.reports.showMarkdown(`/Evidence of ${release.ref.name}.md`, evidenceReport(release, nowMs));
}

/** Puts the resolved query of a metric into the clipboard. */
export async function copyQuery(agent: RunningAgent, target: Target): Promise<void> {
  const release = await pickRelease(agent, target, 'Copy a query of which release?');
  const { query } = await pickQuery(release, target);
  await vscode.env.clipboard.writeText(query);
  vscode.window.setStatusBarMessage('$(copy) Query copied', 3000);
}

function pickQuery({ analyses }: ReleaseState, target: Target): Promise<{ query: string }> {
  const queries = analyses.flatMap(({ name: analysis, metrics }) =>
    metrics.filter(({ query }) => query !== '').map(({ name, query }) => ({ analysis, name, query })),
  );
  const meant = queries.find(({ analysis, name }) => analysis === target.analysis && name === target.metric);
  if (meant) return Promise.resolve(meant);
  return pick(
    queries,
    ({ analysis, name, query }) => ({ label: name, description: analysis, detail: query }),
    'Copy which query?',
    notFound('No analysis of this release asks by a query.', 'The Canaries view shows its analyses.'),
  );
}
