/** A label set in name order, `__name__` included, without empty values. A Map, so that no name can meet a prototype. */
export type Labels = ReadonlyMap<string, string>;

export const METRIC_NAME = '__name__';

export const NO_LABELS: Labels = new Map();

/** The label set of those pairs: sorted by name, empty values dropped, the last of a repeated name kept. */
export function makeLabels(pairs: Iterable<readonly [string, string]>): Labels {
  const present = [...new Map(pairs)].filter(([, value]) => value !== '');
  return new Map(present.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A text that is equal for equal label sets and only for them. */
export function labelsKey(labels: Labels): string {
  let key = '';
  for (const [name, value] of labels) key += `${name.length}:${name}${value.length}:${value}`;
  return key;
}

export function keepLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return new Map([...labels].filter(([name]) => names.has(name)));
}

export function dropLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return new Map([...labels].filter(([name]) => !names.has(name)));
}

/** Every operation that changes the meaning of a value takes the metric's name away. */
export function withoutName(labels: Labels): Labels {
  if (!labels.has(METRIC_NAME)) return labels;
  return dropLabels(labels, new Set([METRIC_NAME]));
}

/** `{pod="a", status="200"}`, as error messages show it. */
export function describeLabels(labels: Labels): string {
  const pairs = [...withoutName(labels)].map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${labels.get(METRIC_NAME) ?? ''}{${pairs.join(', ')}}`;
}
