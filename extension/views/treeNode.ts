import type { Target } from './target';

/** One row of a tree view, without vscode. */
export interface TreeNode {
  /** Unique in its view and stable, so that what is expanded or selected stays so. */
  id: string;
  label: string;
  description: string;
  /** What a screen reader says in place of label and description, where these are drawn rather than written. */
  spoken?: string;
  /** Plain text with its lines separated by `\n`, or Markdown. */
  tooltip: string | { markdown: string };
  icon: Icon | null;
  /** `viewItem` in the `when` clauses of package.json; empty for none. */
  context: string;
  target: Target;
  /** Id of the command that a click runs, with this node as its argument. */
  click: string | null;
  open: 'expanded' | 'collapsed' | 'leaf';
  children(): readonly TreeNode[];
}

/** A codicon, and the theme colour that supports, but never alone carries, its meaning. */
export interface Icon {
  id: string;
  colour?: string;
}

/** A node from what is particular to it. */
export function treeNode(part: Partial<TreeNode> & Pick<TreeNode, 'id' | 'label'>): TreeNode {
  return {
    description: '',
    tooltip: '',
    icon: null,
    context: '',
    target: {},
    click: null,
    open: part.children ? 'collapsed' : 'leaf',
    children: () => [],
    ...part,
  };
}

/** What a screen reader says for the row. */
export function spokenText(node: TreeNode): string {
  return node.spoken ?? [node.label, node.description].filter((text) => text !== '').join(', ');
}
