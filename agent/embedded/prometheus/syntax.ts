import { parser } from '@prometheus-io/lezer-promql';
import { PromqlError } from './promqlError';

/** A node of the concrete syntax tree of the official grammar. */
export type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** The root expression of a query in the official grammar; throws PromqlError where it does not parse. */
export function parseSyntax(text: string): SyntaxNode {
  const tree = parser.parse(text);
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) throw syntaxError(text, node.from);
    },
  });
  const [root] = childrenOf(tree.topNode);
  if (!root) throw failAt(text, 0, 'no expression found in input');
  return root;
}

/** The children in order, without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}

/** An error at an offset of the text, worded as Prometheus does: `1:5: parse error: …`. */
export function failAt(text: string, offset: number, message: string): PromqlError {
  const before = text.slice(0, offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return new PromqlError('bad_data', `${before.length}:${column}: parse error: ${message}`);
}

function syntaxError(text: string, offset: number): PromqlError {
  if (text.trim() === '') return failAt(text, 0, 'no expression found in input');
  const rest = text.slice(offset).trimStart();
  if (rest === '') return failAt(text, text.length, 'unexpected end of input');
  const unknown = /([a-zA-Z_:][\w:]*)\s*$/.exec(text.slice(0, offset));
  if (unknown && rest.startsWith('(')) {
    return failAt(text, unknown.index, `unknown function with name "${unknown[1]}"`);
  }
  return failAt(text, offset, `unexpected ${JSON.stringify(rest.split(/\s/, 1)[0]?.slice(0, 40))}`);
}
