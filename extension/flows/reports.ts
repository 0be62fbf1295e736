import * as vscode from 'vscode';
import type { RunningAgent } from '../agent/supervisor';
import type { App } from '../context';
import type { Target } from '../views/target';
import { pickWorkload } from './workloads';

const LOG_LINES = 500;

/** The last log lines of a workload's pods, or of one pod, in a read-only document. */
export async function showLogs(app: App, agent: RunningAgent, target: Target): Promise<void> {
  const { id, ref } = await pickWorkload(agent, target.workloadId, 'Show the logs of which workload?');
  const { pod } = target;
  const { lines } = await agent.request('logs', {
    workloadId: id,
    tailLines: LOG_LINES,
    ...(pod === undefined ? {} : { pod }),
  });
  const text = lines.map((line) => (pod === undefined ? `${line.pod}  ${line.text}` : line.text)).join('\n');
  await app.reports.show(
    `/${ref.namespace}/${pod ?? ref.name}.log`,
    text === '' ? `(${pod ?? ref.name} has logged nothing)\n` : `${text}\n`,
  );
}

/** What a bug report needs: the agent's own report where it runs, and always the window's side. */
export async function diagnose(app: App): Promise<void> {
  const { running } = app.supervisor;
  const sections = [windowReport(app)];
  if (running) {
    sections.push((await running.request('diagnose', {})).report);
  } else {
    const { state } = app.store;
    const why = 'error' in state ? `${state.error.code}: ${state.error.message}\n${state.error.remedy}` : '';
    sections.push(`# Agent\n\n${state.kind}. ${why}`);
  }
  await app.reports.show('/Coxswain diagnosis.md', `${sections.join('\n\n')}\n`);
}

function windowReport(app: App): string {
  const { extension } = app.context;
  return [
    '# VS Code',
    '',
    `- ${vscode.env.appName} ${vscode.version} on ${process.platform} ${process.arch}${vscode.env.remoteName ? `, remote ${vscode.env.remoteName}` : ''}`,
    `- Extension ${extension.packageJSON.version}, Node ${process.versions.node}`,
    `- Workspace ${vscode.workspace.isTrusted ? 'trusted' : 'not trusted: embedded cluster only'}`,
    `- Embedded cluster ${app.cluster.isRunning ? 'runs' : 'does not run'}`,
  ].join('\n');
}
