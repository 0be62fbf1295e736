import type { VectorSelector } from './ast';
import { METRIC_NAME } from './labels';
import { parseNumberLiteral, unquote } from './literals';
import { type Matcher, type MatchOperator, makeMatcher } from './matcher';
import { unsupported } from './modifiers';
import { childrenOf, failAt, type SyntaxNode } from './syntax';

/** `http_requests_total{status=~"5.."}`. */
export function readVectorSelector(node: SyntaxNode, text: string): VectorSelector {
  const matchers: Matcher[] = [];
  for (const child of childrenOf(node)) {
    if (child.name === 'Identifier') {
      matchers.push(makeMatcher(METRIC_NAME, '=', text.slice(child.from, child.to)));
    } else {
      matchers.push(...childrenOf(child).map((matcher) => readMatcher(matcher, text)));
    }
  }
  const names = matchers.filter((matcher) => matcher.name === METRIC_NAME);
  if (names.length > 1 && childrenOf(node)[0]?.name === 'Identifier') {
    throw failAt(
      text,
      node.from,
      `metric name must not be set twice: ${names.map((m) => `"${m.value}"`).join(' or ')}`,
    );
  }
  if (matchers.every((matcher) => matcher.matches(''))) {
    throw failAt(text, node.from, 'vector selector must contain at least one non-empty matcher');
  }
  return { kind: 'vector-selector', matchers, offsetMs: 0 };
}

/** The value of a string literal. */
export function readString(node: SyntaxNode, text: string): string {
  const value = unquote(text.slice(node.from, node.to));
  if (value === null) throw failAt(text, node.from, 'malformed string literal');
  return value;
}

/** The duration of a range or an offset, in milliseconds. */
export function readDurationMs(node: SyntaxNode, text: string): number {
  const [first, second] = childrenOf(node);
  if (first?.name === 'UnaryOp' && second) {
    const ms = readDurationMs(second, text);
    return text.charAt(first.from) === '-' ? -ms : ms;
  }
  if (!first || second) throw unsupported(node, text, 'duration expression');
  if (first.name === 'DurationExpr' || first.name === 'OffsetDurationExpr')
    return readDurationMs(first, text);
  if (first.name !== 'NumberDurationLiteralInDurationContext') {
    throw unsupported(node, text, 'duration expression');
  }
  const ms = Math.round(parseNumberLiteral(text.slice(first.from, first.to)) * 1000);
  if (!Number.isFinite(ms)) throw failAt(text, node.from, 'duration out of range');
  return ms;
}

function readMatcher(node: SyntaxNode, text: string): Matcher {
  const [label, operator, literal] = childrenOf(node);
  if (node.name !== 'UnquotedLabelMatcher' || !label || !operator || !literal) {
    throw unsupported(node, text, 'quoted name in a selector');
  }
  const name = text.slice(label.from, label.to);
  const value = readString(literal, text);
  try {
    return makeMatcher(name, matchOperator(text.slice(operator.from, operator.to)), value);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw failAt(text, literal.from, `invalid regular expression: ${error.message}`);
  }
}

function matchOperator(text: string): MatchOperator {
  return text === '=' || text === '!=' || text === '=~' ? text : '!~';
}
