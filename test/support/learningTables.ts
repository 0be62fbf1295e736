import * as z from 'zod';
import type { Algorithm, TaskName } from '../../agent/protocol';
import { DqnHyperparameters } from '../../agent/rl/algorithms/dqnHyperparameters';
import { HybridHyperparameters } from '../../agent/rl/algorithms/hybridHyperparameters';
import { PpoHyperparameters } from '../../agent/rl/algorithms/ppoHyperparameters';
import { CanaryOptions } from '../../agent/sim/canary/canaryOptions';
import { HealOptions } from '../../agent/sim/heal/healOptions';
import { DOMAIN_RANGES, type ScaleDomain } from '../../agent/sim/scale/domain';
import { SCALE_REWARDS } from '../../agent/sim/scale/reward';
import { ScaleOptions } from '../../agent/sim/scale/scaleOptions';
import { METRICS } from '../../agent/training/logs/metricNames';
import { TASK_PRESETS } from '../../agent/training/taskPresets';
import { TrainConfig } from '../../agent/training/trainConfig';

/** The tables of docs/learning.md that follow from the code, by the name in their markers. */
export const LEARNING_TABLES: Tables = {
  'train.yaml': () => schemaTable(TrainConfig),
  presets: presetTable,
  dqn: () => schemaTable(DqnHyperparameters),
  ppo: () => schemaTable(PpoHyperparameters),
  hybrid: hybridTable,
  scale: () => schemaTable(ScaleOptions),
  'scale domain': domainTable,
  'scale rewards': scaleRewardTable,
  heal: () => schemaTable(HealOptions),
  canary: () => schemaTable(CanaryOptions),
  metrics: () => table(['metric', 'unit', 'meaning'], METRICS.map(metricRow)),
};

/** Each makes a table, by the name in its markers. */
export type Tables = Readonly<Record<string, () => string>>;

/** The page with all its tables as they should be. @throws Error where a marker is missing or unknown */
export function withTables(page: string, tables: Tables = LEARNING_TABLES): string {
  const { filled, found } = fillTables(page, tables);
  const missing = Object.keys(tables).filter((name) => !found.includes(name));
  if (missing.length > 0) throw new Error(`the page has no place for the tables ${missing.join(', ')}`);
  return filled;
}

/** The page with those tables that it has a place for. @throws Error for one that is unknown */
export function fillTables(page: string, tables: Tables): { filled: string; found: readonly string[] } {
  const found: string[] = [];
  const filled = page.replace(
    /(<!-- table: (.+?) -->\n)[\s\S]*?(<!-- table end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const make = tables[name];
      if (!make) throw new Error(`there is no table "${name}"`);
      found.push(name);
      return `${begin}${make()}\n${end}`;
    },
  );
  return { filled, found };
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(headings), `|${'---|'.repeat(headings.length)}`, ...rows.map(line)].join('\n');
}

/** A JSON Schema node, as far as these schemas use it. */
interface Node {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  properties?: Readonly<Record<string, Node>>;
  required?: readonly string[];
  items?: Node;
  prefixItems?: readonly Node[];
  anyOf?: readonly Node[];
}

/** One row per key, sections before what is in them. */
function schemaTable(schema: z.ZodType): string {
  const node = z.toJSONSchema(schema, { io: 'input' }) as Node;
  return table(['key', 'value', 'default', 'meaning'], rowsOf(node, ''));
}

function rowsOf({ properties = {}, required = [] }: Node, path: string): string[][] {
  return Object.entries(properties).flatMap(([name, child]) => {
    const key = path + name;
    const fallback = required.includes(name) ? 'needed' : defaultText(child);
    const own = [`\`${key}\``, kindOf(child), fallback, child.description ?? ''];
    return isDescribed(child) ? [own, ...rowsOf(child, `${key}.`)] : [own];
  });
}

/** Whether it says what each of its keys is; else it says so as a whole. */
function isDescribed({ properties = {} }: Node): boolean {
  return Object.values(properties).every(({ description }) => description !== undefined);
}

function kindOf(node: Node): string {
  const { type, enum: names, anyOf, items, prefixItems, properties } = node;
  if (names) return names.map((name) => `\`${name}\``).join(', ');
  if (anyOf)
    return anyOf.map((option) => (option.properties ? '`{start, end}`' : kindOf(option))).join(' or ');
  const [least] = prefixItems ?? [];
  if (least) return `\`[least, most]\`, ${rangeOf(least)}`;
  if (type === 'array')
    return `list of ${items?.enum ? 'names' : kindOf(items ?? {}).replace(/^\w+/, '$&s')}`;
  if (type === 'object' && properties) return isDescribed(node) ? 'section' : keysOf(properties);
  if (type === 'object') return 'map';
  return [type, rangeOf(node)].filter(Boolean).join(' ');
}

const MOST_KEYS = 3;

function keysOf(properties: object): string {
  const keys = Object.keys(properties);
  return keys.length > MOST_KEYS ? 'map, see below' : `\`{${keys.join(', ')}}\``;
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Node): string {
  if (minimum !== undefined && maximum !== undefined) return `${number(minimum)}…${number(maximum)}`;
  const [least, most] = [
    minimum === undefined ? bound('>', exclusiveMinimum) : `≥ ${number(minimum)}`,
    maximum === undefined ? bound('<', exclusiveMaximum) : `≤ ${number(maximum)}`,
  ];
  return [least, most].filter(Boolean).join(', ');
}

function bound(sign: string, value: number | undefined): string {
  return value === undefined ? '' : `${sign} ${number(value)}`;
}

function defaultText({ type, properties, default: value, items }: Node): string {
  if (value === undefined || (type === 'object' && properties)) return '';
  const isAll = Array.isArray(value) && items?.enum && JSON.stringify(items.enum) === JSON.stringify(value);
  return isAll ? 'all' : valueText(value);
}

/** As it may stand in train.yaml. */
function valueText(value: unknown): string {
  return `\`${plain(value)}\``;
}

function plain(value: unknown): string {
  if (typeof value === 'number') return numeral(value);
  if (Array.isArray(value)) return `[${value.map(plain).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, each]) => `${key}: ${plain(each)}`)
      .join(', ')}}`;
  }
  return String(value);
}

function number(value: number): string {
  return numeral(value).replace(/^-/, '−');
}

function numeral(value: number): string {
  const isRound = value >= 1e6 && Number.isInteger(Math.log10(value));
  return isRound || (value > 0 && value < 1e-3) ? value.toExponential().replace('+', '') : String(value);
}

function presetTable(): string {
  const rows = Object.entries(TASK_PRESETS).flatMap(([task, { algorithms }]) =>
    Object.entries(algorithms).map(([algorithm, { steps, env, hyperparameters }]) => [
      `\`${task satisfies string as TaskName}\``,
      `\`${algorithm satisfies string as Algorithm}\``,
      steps.toLocaleString('en'),
      settings(env),
      settings(hyperparameters),
    ]),
  );
  return table(
    ['task', 'algorithm', 'steps', 'env options', 'hyper-parameters other than their defaults'],
    rows,
  );
}

function settings(values: object): string {
  return Object.entries(values)
    .map(([key, value]) => valueText({ [key]: value }).replace(/^`\{(.*)\}`$/, '`$1`'))
    .join(', ');
}

function hybridTable(): string {
  const defaults = HybridHyperparameters.parse({});
  const usual: Readonly<Record<string, unknown>> = PpoHyperparameters.parse({});
  const ppo = Object.entries(defaults.ppo).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(usual[key]),
  );
  const shown = {
    dqn: 'those of DQN',
    ppo: `those of PPO, but ${settings(Object.fromEntries(ppo))}`,
    segmentSteps: valueText(defaults.segmentSteps),
    rewardWeights: settings(defaults.rewardWeights),
  };
  const rows = Object.entries(HybridHyperparameters.shape).map(([key, { description = '' }]) => [
    `\`${key}\``,
    shown[key as keyof typeof shown],
    description,
  ]);
  return table(['key', 'default', 'meaning'], rows);
}

const DOMAIN_MEANINGS: Readonly<Record<keyof ScaleDomain, string>> = {
  concurrency: 'Requests that a pod works on at once.',
  serviceSeconds: 'Mean time of work on a request.',
  balancing: 'How well the load balancer joins pods into one queue.',
  startupSeconds: 'From being wanted to being ready; each pod takes 75…125 % of it.',
  timeoutSeconds: 'A request that would wait longer fails.',
  latencyObjectiveSeconds: 'A request that takes longer is violated.',
  capacityDrift: 'Standard deviation of the slow drift of a pod’s capacity.',
  metricWindowSteps: 'Control steps over which metrics are averaged.',
  metricLagSteps: 'Control steps by which metrics are late.',
  metricNoise: 'Relative error of CPU and request rate in each scrape.',
  peakLoadShare: 'Load at the peak, as a share of what the most replicas can serve.',
  startUtilisation: 'Utilisation for which the replicas at the beginning are chosen.',
  memoryBase: 'Memory of an idle pod, as a share of its limit.',
  memoryPerLoad: 'What full utilisation adds to it.',
};

function domainTable(): string {
  const how = {
    uniform: '',
    log: ', uniform in the logarithm',
    either: ', one of the two',
    constant: ', always the same',
  };
  const rows = Object.entries(DOMAIN_RANGES).map(([key, { drawn, distribution, allowed }]) => [
    `\`${key}\``,
    `${drawn.map(number).join('…')}${how[distribution]}`,
    allowed.map(number).join('…'),
    DOMAIN_MEANINGS[key as keyof ScaleDomain],
  ]);
  return table(['value', 'drawn from', 'may be fixed to', 'meaning'], rows);
}

function scaleRewardTable(): string {
  const rows = Object.entries(SCALE_REWARDS).map(([name, { terms, weights }]) => [
    `\`${name}\``,
    terms
      .map((term, index) => `\`${term}\` × ${number(Number((weights[index] ?? 0).toPrecision(6)))}`)
      .join(', '),
  ]);
  return table(['reward', 'terms × weights'], rows);
}

function metricRow({ name, unit, meaning }: (typeof METRICS)[number]): string[] {
  return [`\`${name}\``, unit, meaning];
}
