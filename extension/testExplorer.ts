import * as vscode from 'vscode';
import type { ExperimentInfo, ExperimentRun } from '../agent/protocol';
import { errorText, toErrorInfo } from '../agent/protocol/errors';
import { formatAge, formatTime } from '../agent/protocol/format';
import { shownSnapshot } from './agent/state';
import type { StateStore } from './agent/stateStore';
import type { AgentSupervisor, RunningAgent } from './agent/supervisor';
import { followRun } from './flows/runFollow';
import { chosen } from './flows/ui';
import { resilienceTests, type TestGroup, testResult, whyNotNow } from './testModel';

const GROUP = 'group:';

/**
 * VS Code's Test Explorer with the experiments as resilience tests: one passes or fails by its hypothesis. They run
 * one after another, and never in mode observe, in which nothing is ever written.
 */
export class ResilienceTests implements vscode.Disposable {
  readonly #controller = vscode.tests.createTestController('coxswain.resilience', 'Coxswain resilience');
  readonly #store: StateStore;
  readonly #supervisor: AgentSupervisor;
  readonly #subscription: { dispose(): unknown };
  #shown: readonly ExperimentInfo[] | null = null;

  constructor(store: StateStore, supervisor: AgentSupervisor) {
    this.#store = store;
    this.#supervisor = supervisor;
    this.#controller.createRunProfile(
      'Run',
      vscode.TestRunProfileKind.Run,
      (request, token) => this.#run(request, token),
      true,
    );
    this.#controller.refreshHandler = async () => {
      await (await supervisor.whenRunning()).request('experiments', {});
    };
    this.#subscription = store.changed.on(() => this.#refresh());
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#controller.dispose();
  }

  #refresh(): void {
    const snapshot = shownSnapshot(this.#store.state);
    const experiments = snapshot?.connection.kind === 'connected' ? snapshot.experiments : [];
    if (experiments === this.#shown) return;
    this.#shown = experiments;
    this.#controller.items.replace(resilienceTests(experiments).map((group) => this.#groupItem(group)));
  }

  #groupItem({ path, title, experiments }: TestGroup): vscode.TestItem {
    const uri = path === null ? undefined : vscode.Uri.file(path);
    const item = this.#controller.createTestItem(`${GROUP}${path ?? ''}`, title, uri);
    for (const { name, title: label, workloadId } of experiments) {
      const test = this.#controller.createTestItem(name, label, uri);
      test.description = workloadId ?? '';
      item.children.add(test);
    }
    return item;
  }

  async #run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const tests = testsOf(request, this.#controller.items);
    const run = this.#controller.createTestRun(request);
    try {
      for (const test of tests) run.enqueued(test);
      const agent = await this.#supervisor.whenRunning();
      const problem = whyNotNow(agent.snapshot);
      if (problem !== null) throw problem;
      await confirm(agent, tests.length);
      for (const test of tests) {
        if (token.isCancellationRequested) run.skipped(test);
        else await this.#runOne(agent, test, run, token);
      }
    } catch (error) {
      const text = error instanceof vscode.CancellationError ? null : errorText(toErrorInfo(error));
      for (const test of tests) {
        if (text === null) run.skipped(test);
        else run.errored(test, new vscode.TestMessage(text));
      }
      if (text !== null) append(run, undefined, text);
    } finally {
      run.end();
    }
  }

  async #runOne(
    agent: RunningAgent,
    test: vscode.TestItem,
    run: vscode.TestRun,
    token: vscode.CancellationToken,
  ): Promise<void> {
    run.started(test);
    const startedMs = Date.now();
    try {
      const { run: begun } = await agent.request('runExperiment', { name: test.id, trigger: 'test' });
      append(run, test, `${begun.title} on ${begun.workloadId}, with ${begun.provider}`);
      const cancelled = token.onCancellationRequested(() => this.#stop(begun, run, test));
      if (token.isCancellationRequested) this.#stop(begun, run, test);
      const end = await followRun(this.#store, begun, logTeller(run, test));
      cancelled.dispose();
      report(run, test, testResult(end), Date.now() - startedMs);
    } catch (error) {
      report(run, test, { kind: 'errored', text: errorText(toErrorInfo(error)) }, Date.now() - startedMs);
    }
  }

  #stop({ id }: ExperimentRun, run: vscode.TestRun, test: vscode.TestItem): void {
    append(run, test, 'Cancelled: the experiment and its fault are being ended.');
    this.#supervisor.running
      ?.request('stopExperiment', { runId: id })
      .catch((error: unknown) => append(run, test, errorText(toErrorInfo(error))));
  }
}

/** What was asked for, down to the experiments, without what was excluded. */
function testsOf(
  { include, exclude = [] }: vscode.TestRunRequest,
  all: vscode.TestItemCollection,
): vscode.TestItem[] {
  const asked = include ?? [...all].map(([, item]) => item);
  return asked
    .flatMap((item) => (item.id.startsWith(GROUP) ? [...item.children].map(([, test]) => test) : [item]))
    .filter((test) => !exclude.includes(test) && !(test.parent && exclude.includes(test.parent)));
}

/** One is what somebody has pointed at; several are asked about, because each injects a fault. */
async function confirm({ snapshot }: RunningAgent, count: number): Promise<void> {
  if (count < 2) return;
  const context = snapshot.connection.kind === 'connected' ? snapshot.connection.context : 'the cluster';
  const accept = 'Run Them';
  const answer = await vscode.window.showWarningMessage(
    `Run ${count} experiments on ${context}?`,
    {
      modal: true,
      detail: 'Each injects a fault. They run one after another, and the emergency stop ends them.',
    },
    accept,
  );
  chosen(answer);
}

/** Appends those lines of a run's log that are new. */
function logTeller(run: vscode.TestRun, test: vscode.TestItem) {
  let told = 0;
  return ({ log }: ExperimentRun): void => {
    for (const { atMs, text } of log.slice(told)) append(run, test, `${formatTime(atMs)} ${text}`);
    told = Math.max(told, log.length);
  };
}

function report(
  run: vscode.TestRun,
  test: vscode.TestItem,
  result: ReturnType<typeof testResult>,
  tookMs: number,
) {
  append(run, test, `${result.kind} after ${formatAge(tookMs)}: ${result.text}`);
  if (result.kind === 'passed') run.passed(test, tookMs);
  else if (result.kind === 'failed') run.failed(test, new vscode.TestMessage(result.text), tookMs);
  else run.errored(test, new vscode.TestMessage(result.text), tookMs);
}

/** The output is a terminal's. */
function append(run: vscode.TestRun, test: vscode.TestItem | undefined, text: string): void {
  run.appendOutput(`${text.replaceAll(/\r?\n/g, '\r\n')}\r\n`, undefined, test);
}
