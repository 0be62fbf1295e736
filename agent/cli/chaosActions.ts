import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readConfigText } from '../config/source';
import {
  type AgentSnapshot,
  type ChaosProviderName,
  CoxswainError,
  type ExperimentInfo,
  type ExperimentRun,
  formatAge,
  formatTime,
  type ProbeResult,
  type Result,
  type RunVerdict,
} from '../protocol';
import { type AgentClient, askOnce, connectToAgent } from './agentClient';
import { formatTable, print } from './output';
import { untilEnd } from './untilEnd';
import { workloadIdOf } from './workloadArgument';

interface AgentOptions {
  stateDir: string;
}

interface OutputOptions {
  /** For people where absent. */
  output?: 'json';
}

export interface ExperimentOptions extends AgentOptions, OutputOptions {
  workload?: string;
  provider?: ChaosProviderName;
}

/** Documented in docs/errors.md. 1 is also what a failure without a code of its own has. */
export const VERDICT_EXIT_CODES: Readonly<Record<RunVerdict, number>> = {
  passed: 0,
  failed: 1,
  aborted: 20,
  inconclusive: 21,
  error: 22,
};

/** Follows the run to its verdict. Ctrl-C ends its fault, and waits until it is gone. */
export async function run(experiment: string, options: ExperimentOptions & { wait: boolean }): Promise<void> {
  const agent = await connectToAgent(options.stateDir);
  try {
    const begun = await agent.request('runExperiment', {
      ...subjectOf(experiment, options),
      trigger: 'person',
    });
    if (!options.wait) {
      print(options.output === 'json' ? JSON.stringify(begun.run, null, 2) : `${begun.run.id} has begun`);
      return;
    }
    const finished = await followed(agent, begun.run, options.output === 'json');
    print(options.output === 'json' ? JSON.stringify(finished, null, 2) : formatVerdict(finished));
    process.exitCode = VERDICT_EXIT_CODES[finished.verdict ?? 'error'];
  } finally {
    agent.close();
  }
}

export async function verify(experiment: string, options: ExperimentOptions): Promise<void> {
  const answer = await ask(options, (agent) =>
    agent.request('verifyExperiment', subjectOf(experiment, options)),
  );
  print(options.output === 'json' ? JSON.stringify(answer, null, 2) : formatCheck(answer));
  if (answer.problems.length > 0) process.exitCode = 1;
}

export async function list(options: AgentOptions & OutputOptions): Promise<void> {
  const { experiments } = await ask(options, (agent) => agent.request('experiments', {}));
  print(options.output === 'json' ? JSON.stringify(experiments, null, 2) : formatExperiments(experiments));
}

export async function runs(options: AgentOptions & OutputOptions): Promise<void> {
  const { snapshot } = await ask(options, (agent) => agent.request('snapshot', {}));
  print(options.output === 'json' ? JSON.stringify(snapshot.runs, null, 2) : formatRuns(snapshot.runs));
}

export async function show(runId: string, options: AgentOptions): Promise<void> {
  const answer = await ask(options, (agent) => agent.request('experimentRun', { runId }));
  print(JSON.stringify(answer.run, null, 2));
}

export async function stop(
  runId: string | undefined,
  options: AgentOptions & { all?: boolean },
): Promise<void> {
  const stopped = await ask(options, async (agent) => {
    const { snapshot } = await agent.request('snapshot', {});
    const ids = runsToStop(snapshot, runId, options.all ?? false);
    return Promise.all(ids.map(async (id) => (await agent.request('stopExperiment', { runId: id })).run));
  });
  for (const each of stopped) print(`${each.id}: its fault is over`);
  if (stopped.length === 0) print('nothing runs');
}

export async function pauseFault(faultId: string, paused: boolean, options: AgentOptions): Promise<void> {
  const { fault } = await ask(options, (agent) => agent.request('pauseFault', { faultId, paused }));
  print(`${fault.text}: ${paused ? 'paused' : 'goes on'}`);
}

function subjectOf(experiment: string, { workload, provider }: ExperimentOptions) {
  const path = resolve(experiment);
  const isFile = /\.ya?ml$/.test(experiment) || existsSync(path);
  return {
    ...(isFile ? { yaml: readConfigText(path), path } : { name: experiment }),
    ...(workload === undefined ? {} : { workloadId: workloadIdOf(workload) }),
    ...(provider === undefined ? {} : { provider }),
  };
}

/** Prints what happens; with JSON on stdout, to stderr. Resolves with the finished run. */
function followed(agent: AgentClient, begun: ExperimentRun, toStderr: boolean): Promise<ExperimentRun> {
  const say = (text: string) => (toStderr ? process.stderr.write(`${text}\n`) : print(text));
  const finished = Promise.withResolvers<ExperimentRun>();
  let told = 0;
  agent.follow(({ runs: all }) => {
    const current = all.find(({ id }) => id === begun.id);
    if (!current) return;
    for (const { atMs, text } of current.log.slice(told)) say(`${formatTime(atMs)}  ${text}`);
    told = Math.max(told, current.log.length);
    if (current.phase === 'finished') finished.resolve(current);
  });
  void untilEnd({ exitWithStdin: false }).then((reason) => {
    say(`ending the fault (${reason})`);
    return agent.request('stopExperiment', { runId: begun.id }).catch(finished.reject);
  });
  agent.closed.then(() => finished.reject(agentEnded(begun)), finished.reject);
  return finished.promise;
}

function agentEnded({ id }: ExperimentRun): CoxswainError {
  return new CoxswainError(
    'agent-not-running',
    `The agent has ended while ${id} ran.`,
    'Start it again: it takes back what is left of the fault.',
  );
}

function runsToStop({ runs: all }: AgentSnapshot, runId: string | undefined, every: boolean): string[] {
  if (runId !== undefined) return [runId];
  const running = all.filter(({ phase }) => phase !== 'finished').map(({ id }) => id);
  if (every || running.length < 2) return running;
  throw new CoxswainError(
    'usage',
    `${running.length} experiments run: ${running.join(', ')}.`,
    'Name one of them, or end all with --all.',
  );
}

async function ask<T>(options: AgentOptions, question: (agent: AgentClient) => Promise<T>): Promise<T> {
  return askOnce(await connectToAgent(options.stateDir), question);
}

/** What it means stands in the last line of the run's journal. */
function formatVerdict({ id, verdict, resilienceScore }: ExperimentRun): string {
  return `${id}: ${verdict}${resilienceScore === null ? '' : `, resilience ${resilienceScore}`}`;
}

function formatExperiments(experiments: readonly ExperimentInfo[]): string {
  if (experiments.length === 0) return 'No experiment is known.';
  const rows = experiments.map((each) => [
    each.name,
    each.kind ?? '',
    each.workloadId?.replace('/Deployment/', '/') ?? 'any',
    each.provider ?? '',
    each.durationMs === null ? '' : formatAge(each.durationMs),
    each.problem ?? '',
  ]);
  return formatTable(['NAME', 'FAULT', 'TARGET', 'PROVIDER', 'DURATION', 'PROBLEM'], rows);
}

function formatRuns(all: readonly ExperimentRun[]): string {
  if (all.length === 0) return 'Nothing was run yet.';
  const rows = all.map((each) => [
    each.id,
    formatTime(each.startedAtMs),
    each.workloadId.replace('/Deployment/', '/'),
    each.provider,
    each.verdict ?? each.phase,
    each.resilienceScore === null ? '' : String(each.resilienceScore),
    each.text,
  ]);
  return formatTable(['RUN', 'BEGUN', 'TARGET', 'PROVIDER', 'VERDICT', 'RESILIENCE', ''], rows);
}

function formatCheck({ experiment, probes, manifests, problems }: Result<'verifyExperiment'>): string {
  return [
    `${experiment.name} on ${experiment.workloadId?.replace('/Deployment/', '/') ?? 'any workload'}, by ${experiment.provider ?? 'nobody'}`,
    ...probes.map(formatProbe),
    ...problems.map((problem) => `problem: ${problem}`),
    problems.length === 0
      ? 'It can be run. What would be sent:'
      : 'It cannot be run now. What would be sent:',
    '',
    manifests.join('---\n').trimEnd(),
  ].join('\n');
}

function formatProbe({ outcome, name, found, expected }: ProbeResult): string {
  return `${outcome.padEnd(7)}  ${name}: ${found}, expected ${expected}`;
}
