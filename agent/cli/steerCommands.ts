import {
  type AgentSnapshot,
  type ChaosProviderName,
  CoxswainError,
  describeAction,
  type Fault,
  type FaultKind,
  type JournalRow,
  type Mode,
  type Proposal,
} from '../protocol';
import { type AgentClient, askOnce, connectToAgent } from './agentClient';
import { formatRow, formatTable, print, printError } from './output';
import { untilEnd } from './untilEnd';
import { workloadIdOf } from './workloadArgument';

interface AgentOptions {
  stateDir: string;
}

interface OutputOptions {
  /** A table for people where absent. */
  output?: 'json';
}

export async function status(options: AgentOptions & OutputOptions): Promise<void> {
  const { snapshot } = await ask(options, (agent) => agent.request('snapshot', {}));
  print(options.output === 'json' ? JSON.stringify(snapshot, null, 2) : formatStatus(snapshot));
}

/** Prints the rows that the agent keeps, then each new one, until the agent ends or Ctrl-C. */
export async function watch(options: AgentOptions): Promise<void> {
  const agent = await connectToAgent(options.stateDir);
  let last: JournalRow | undefined;
  agent.follow(({ activity }) => {
    // By its hash, as another cluster has a journal of its own, whose numbers start anew.
    const seen = activity.findLastIndex((row) => row.hash === last?.hash);
    for (const row of activity.slice(seen + 1)) print(formatRow(row));
    last = activity.at(-1) ?? last;
  });
  void untilEnd({ exitWithStdin: false }).then(() => agent.close());
  await agent.closed;
}

export async function proposals(options: AgentOptions & OutputOptions): Promise<void> {
  const { snapshot } = await ask(options, (agent) => agent.request('snapshot', {}));
  const waiting = snapshot.proposals.filter((proposal) => proposal.state.kind === 'pending');
  if (options.output === 'json') print(JSON.stringify(waiting, null, 2));
  else print(waiting.length === 0 ? 'Nothing waits for an answer.' : formatProposals(waiting));
}

export async function approve(id: string, options: AgentOptions): Promise<void> {
  const { proposal } = await ask(options, (agent) => agent.request('approve', { proposalId: id }));
  const what = describeAction(proposal.action);
  if (proposal.state.kind === 'failed') {
    throw new CoxswainError(
      'conflict',
      `"${what}" was approved, but could not be done: ${proposal.state.why}`,
      'If it is still needed, it is proposed again.',
    );
  }
  print(`approved: ${what} (${proposal.state.kind})`);
}

export async function reject(id: string, options: AgentOptions & { why?: string }): Promise<void> {
  const { proposal } = await ask(options, (agent) =>
    agent.request('reject', { proposalId: id, why: options.why }),
  );
  print(`rejected: ${describeAction(proposal.action)}`);
}

export async function setMode(mode: Mode, options: AgentOptions & { yes?: boolean }): Promise<void> {
  const answer = await ask(options, (agent) => agent.request('setMode', { mode, confirmed: options.yes }));
  print(`mode ${answer.mode}`);
}

export async function pause(options: AgentOptions): Promise<void> {
  await ask(options, (agent) => agent.request('pause', {}));
  print('paused');
}

export async function resume(options: AgentOptions & { clearStop?: boolean }): Promise<void> {
  await ask(options, (agent) => agent.request('resume', { clearStop: options.clearStop }));
  print('running');
}

export async function emergencyStop(options: AgentOptions): Promise<void> {
  const { faultsEnded, failed } = await ask(options, (agent) => agent.request('emergencyStop', {}));
  const faults = faultsEnded === 1 ? '1 fault' : `${faultsEnded} faults`;
  print(`stopped; ${faults} ended. \`coxswain resume --clear-stop\` goes on.`);
  for (const error of failed) printError(error);
  if (failed.length > 0) process.exitCode = 1;
}

export async function inject(
  kind: FaultKind,
  workload: string,
  options: AgentOptions & { duration?: number; provider?: ChaosProviderName },
): Promise<void> {
  const workloadId = workloadIdOf(workload);
  const { fault } = await ask(options, (agent) =>
    agent.request('injectFault', {
      kind,
      workloadId,
      durationSeconds: options.duration,
      provider: options.provider,
    }),
  );
  print(`${fault.text} (${fault.id})`);
}

export async function logs(workload: string, options: AgentOptions & { tail: number }): Promise<void> {
  const { lines } = await ask(options, (agent) =>
    agent.request('logs', { workloadId: workloadIdOf(workload), tailLines: options.tail }),
  );
  for (const line of lines) print(`${line.pod}  ${line.text}`);
}

export async function diagnose(options: AgentOptions): Promise<void> {
  const { report } = await ask(options, (agent) => agent.request('diagnose', {}));
  print(report);
}

async function ask<T>(options: AgentOptions, question: (agent: AgentClient) => Promise<T>): Promise<T> {
  return askOnce(await connectToAgent(options.stateDir), question);
}

/** What runs and what waits, for people. */
export function formatStatus(snapshot: AgentSnapshot): string {
  const { connection } = snapshot;
  const where = connection.kind === 'disconnected' ? '' : ` to ${connection.context}`;
  const rows = snapshot.workloads.map((workload) => [
    workload.ref.namespace,
    workload.ref.name,
    `${workload.readyReplicas}/${workload.desiredReplicas}`,
    workload.health,
    workload.lastAction?.text ?? '',
    workload.healthReason,
  ]);
  const faults = snapshot.faults.filter(({ endedAtMs }) => endedAtMs === null);
  const waiting = snapshot.proposals.filter((proposal) => proposal.state.kind === 'pending');
  return [
    `${connection.kind}${where}, mode ${snapshot.mode}, ${snapshot.control.kind}`,
    '',
    formatTable(['NAMESPACE', 'NAME', 'READY', 'HEALTH', 'LAST ACTION', 'REASON'], rows),
    ...(faults.length === 0 ? [] : ['', formatFaults(faults)]),
    ...(waiting.length === 0 ? [] : ['', formatProposals(waiting)]),
  ].join('\n');
}

function formatFaults(running: readonly Fault[]): string {
  const rows = running.map(({ id, text, state, provider }) => [id, text, state, provider]);
  return formatTable(['FAULT', 'WHAT', 'STATE', 'PROVIDER'], rows);
}

function formatProposals(waiting: readonly Proposal[]): string {
  const rows = waiting.map((proposal) => [
    proposal.id,
    `${proposal.workload.namespace}/${proposal.workload.name}`,
    describeAction(proposal.action),
    proposal.confidence.toFixed(2),
    proposal.reason,
  ]);
  return formatTable(['PROPOSAL', 'WORKLOAD', 'ACTION', 'CONFIDENCE', 'REASON'], rows);
}
