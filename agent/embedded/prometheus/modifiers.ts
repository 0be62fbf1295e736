import { DEFAULT_MATCHING, type Grouping, type Matching } from './ast';
import type { PromqlError } from './promqlError';
import { childrenOf, failAt, type SyntaxNode } from './syntax';

const NO_GROUPING: Grouping = { by: true, labels: new Set() };

/** `by (…)` or `without (…)` of an aggregation; none aggregates over everything. */
export function readGrouping(modifier: SyntaxNode | undefined, text: string): Grouping {
  if (!modifier) return NO_GROUPING;
  const [keyword, labels] = childrenOf(modifier);
  return { by: keyword?.name === 'By', labels: new Set(readLabels(labels, text)) };
}

/** `on (…)`, `ignoring (…)`, `group_left (…)`, `group_right (…)` of a binary operator. */
export function readMatching(clause: SyntaxNode | undefined, text: string): Matching {
  if (!clause) return DEFAULT_MATCHING;
  const [keyword, labels, group, include] = childrenOf(clause);
  const matching: Matching = {
    on: keyword?.name === 'On',
    labels: new Set(readLabels(labels, text)),
    many: group?.name === 'GroupLeft' ? 'left' : group?.name === 'GroupRight' ? 'right' : 'none',
    include: readLabels(include, text),
  };
  const twice = matching.on && matching.include.find((label) => matching.labels.has(label));
  if (twice)
    throw failAt(text, clause.from, `label "${twice}" must not occur in ON and GROUP clause at once`);
  return matching;
}

/** A construct that Prometheus knows and the embedded one does not. */
export function unsupported(node: SyntaxNode, text: string, what: string): PromqlError {
  return failAt(text, node.from, `unsupported by the embedded Prometheus: ${what}`);
}

function readLabels(node: SyntaxNode | undefined, text: string): string[] {
  if (!node) return [];
  return childrenOf(node).map((label) => {
    if (label.name !== 'LabelName') throw unsupported(label, text, 'quoted label name');
    return text.slice(label.from, label.to);
  });
}
