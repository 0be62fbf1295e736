import * as vscode from 'vscode';
import { spokenText, type TreeNode } from './treeNode';

const OPEN = {
  expanded: vscode.TreeItemCollapsibleState.Expanded,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  leaf: vscode.TreeItemCollapsibleState.None,
};

/** A redraw takes the buttons of a row from under the pointer, so that texts are redrawn no more often than this. */
const TEXT_INTERVAL_MS = 900;

/** A tree view that shows what `build` returns. */
export class NodeTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly view: vscode.TreeView<TreeNode>;
  readonly #build: () => readonly TreeNode[];
  readonly #changed = new vscode.EventEmitter<undefined>();
  /** Rows that the user has opened or closed, against what they are at first. */
  readonly #toggled = new Map<string, boolean>();
  #shown = { shape: '', texts: '' };
  #redrawnMs = 0;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(viewId: string, build: () => readonly TreeNode[]) {
    this.#build = build;
    this.view = vscode.window.createTreeView(viewId, { treeDataProvider: this, showCollapseAll: true });
    this.view.onDidChangeVisibility(() => this.refresh());
    this.view.onDidExpandElement(({ element }) => this.#toggled.set(element.id, true));
    this.view.onDidCollapseElement(({ element }) => this.#toggled.set(element.id, false));
  }

  /** Redraws where a row in sight has changed: a redraw closes hovers, so it is not done for nothing. */
  refresh(): void {
    if (!this.view.visible) return;
    const rows = this.#inSight(this.#build());
    const shape = rows.map(({ id, icon, context }) => `${id}\t${icon?.id}\t${context}`).join('\n');
    const texts = rows.map(spokenText).join('\n');
    const isDue = shape !== this.#shown.shape || Date.now() - this.#redrawnMs >= TEXT_INTERVAL_MS;
    if (!isDue || (shape === this.#shown.shape && texts === this.#shown.texts)) return;
    this.#shown = { shape, texts };
    this.#redrawnMs = Date.now();
    this.#changed.fire(undefined);
  }

  getChildren(node?: TreeNode): TreeNode[] {
    return [...(node ? node.children() : this.#build())];
  }

  /** Only roots are ever revealed. */
  getParent(): undefined {
    return undefined;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const item = new vscode.TreeItem(node.label, OPEN[node.open]);
    item.id = node.id;
    item.description = node.description;
    item.tooltip =
      typeof node.tooltip === 'string' ? node.tooltip : new vscode.MarkdownString(node.tooltip.markdown);
    item.contextValue = node.context;
    item.accessibilityInformation = { label: spokenText(node) };
    if (node.icon) {
      const { id, colour } = node.icon;
      item.iconPath = new vscode.ThemeIcon(
        id,
        colour === undefined ? undefined : new vscode.ThemeColor(colour),
      );
    }
    if (node.click) item.command = { command: node.click, title: node.label, arguments: [node] };
    return item;
  }

  #inSight(nodes: readonly TreeNode[]): TreeNode[] {
    return nodes.flatMap((node) => {
      const isOpen = this.#toggled.get(node.id) ?? node.open === 'expanded';
      return isOpen ? [node, ...this.#inSight(node.children())] : [node];
    });
  }

  dispose(): void {
    this.view.dispose();
    this.#changed.dispose();
  }
}
