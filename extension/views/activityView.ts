import * as vscode from 'vscode';
import type { AgentSnapshot } from '../../agent/protocol';
import { CoxswainError } from '../../agent/protocol/errors';
import { shownSnapshot } from '../agent/state';
import type { StateStore } from '../agent/stateStore';
import type { RunningAgent } from '../agent/supervisor';
import { chosen } from '../flows/ui';
import { pickWorkload } from '../flows/workloads';
import {
  type ActivityFilter,
  type ActivityRows,
  activityTree,
  EVENT_KINDS,
  filterText,
  isFiltered,
  NO_ROWS,
  nextPage,
  withNewer,
  withOlder,
} from './activityTree';
import { NodeTree } from './nodeTree';

/** The journal, newest first: rows of the stream on top, older ones from the agent on request. */
export class ActivityView implements vscode.Disposable {
  readonly #tree: NodeTree;
  readonly #subscription: { dispose(): unknown };
  #filter: ActivityFilter = {};
  #shown: ActivityRows = NO_ROWS;
  /** Whose journal is shown: each context has its own. */
  #journal = '';

  constructor(store: StateStore) {
    this.#tree = new NodeTree('coxswain.activity', () => activityTree(this.#shown));
    this.#subscription = store.changed.on(({ current }) => {
      const snapshot = shownSnapshot(current);
      if (snapshot) this.#follow(snapshot);
    });
  }

  /** Shows the next older rows that match the filter. */
  async loadMore(agent: RunningAgent): Promise<void> {
    const before = this.#shown;
    const { rows } = await agent.request('activity', nextPage(this.#filter, before.rows));
    // A filter or another context may have replaced the list meanwhile.
    if (before.rows.at(-1) !== this.#shown.rows.at(-1)) return;
    this.#show(withOlder(this.#shown, rows));
  }

  async chooseFilter(agent: RunningAgent): Promise<void> {
    const filter = await askForFilter(agent, this.#filter);
    await this.#setFilter(agent, filter);
  }

  clearFilter(agent: RunningAgent): Promise<void> {
    return this.#setFilter(agent, {});
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#tree.dispose();
  }

  async #setFilter(agent: RunningAgent, filter: ActivityFilter): Promise<void> {
    this.#filter = filter;
    this.#tree.view.description = filterText(filter);
    void vscode.commands.executeCommand('setContext', 'coxswain.activityFiltered', isFiltered(filter));
    this.#show({ ...NO_ROWS, seenSeq: agent.snapshot.activity.at(-1)?.seq ?? 0 });
    await this.loadMore(agent);
  }

  #follow({ pid, connection, activity }: AgentSnapshot): void {
    const journal = `${pid} ${'context' in connection ? connection.context : ''}`;
    const before = journal === this.#journal ? this.#shown : NO_ROWS;
    this.#journal = journal;
    const next = withNewer(before, activity, this.#filter);
    if (next !== this.#shown) this.#show(next);
  }

  #show(rows: ActivityRows): void {
    this.#shown = rows;
    this.#tree.refresh();
  }
}

async function askForFilter(agent: RunningAgent, current: ActivityFilter): Promise<ActivityFilter> {
  const criteria = [
    { label: '$(search) Text…', description: current.text ?? '', ask: () => askForText(current) },
    {
      label: '$(symbol-class) Workload…',
      description: current.workloadId ?? '',
      ask: async () => ({
        ...current,
        workloadId: (await pickWorkload(agent, undefined, 'Show the activity of which workload?')).id,
      }),
    },
    {
      label: '$(list-filter) Kinds…',
      description: current.kinds?.join(', ') ?? '',
      ask: () => askForKinds(current),
    },
    { label: '$(clear-all) Show All', description: '', ask: async () => ({}) },
  ];
  const row = await vscode.window.showQuickPick(criteria, { placeHolder: 'Filter the activity by' });
  return chosen(row).ask();
}

async function askForText({ text, ...others }: ActivityFilter): Promise<ActivityFilter> {
  const given = await vscode.window.showInputBox({
    prompt: 'Show rows that contain this text; empty for all.',
    value: text ?? '',
  });
  return chosen(given) === '' ? others : { ...others, text: chosen(given) };
}

async function askForKinds({ kinds, ...others }: ActivityFilter): Promise<ActivityFilter> {
  const rows = await vscode.window.showQuickPick(
    EVENT_KINDS.map((eventKind) => ({
      label: eventKind,
      eventKind,
      picked: kinds?.includes(eventKind) ?? true,
    })),
    { canPickMany: true, placeHolder: 'Show which kinds of rows?' },
  );
  const picked = chosen(rows).map(({ eventKind }) => eventKind);
  if (picked.length === 0) {
    throw new CoxswainError(
      'usage',
      'No kind was chosen, so nothing would be shown.',
      'Choose at least one.',
    );
  }
  return picked.length === EVENT_KINDS.length ? others : { ...others, kinds: picked };
}
