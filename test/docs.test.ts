import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALERT_TITLES } from '../agent/alerts/alert';
import { parseConfig } from '../agent/config/parse';
import { BUILTIN_RESOURCES } from '../agent/embedded/api/builtinResources';
import { AGGREGATIONS } from '../agent/embedded/prometheus/ast';
import { FUNCTIONS } from '../agent/embedded/prometheus/functions';
import { LOAD_ANNOTATION, MODEL_ANNOTATION } from '../agent/embedded/runtime/podSettings';
import { randomArm } from '../agent/evaluate/arm';
import { heldOutSeeds, playEpisode } from '../agent/evaluate/evaluation';
import { DEFAULT_QUERIES, LOAD_QUERIES } from '../agent/metrics/queries';
import {
  Algorithm,
  CanaryKind,
  Change,
  ClientMessage,
  ERROR_CODES,
  FaultKind,
  REQUESTS,
  ReleaseOperation,
  type ReleaseOperationKind,
  ReleaseSteering,
  ServerMessage,
  TaskName,
} from '../agent/protocol';
import { ENGINE_NAMES } from '../agent/rl/engine/network';
import { METADATA_KEYS } from '../agent/rl/policy/onnx/metadata';
import { OBSERVATION } from '../agent/rl/policy/onnx/policyGraph';
import { SCENARIO_NAMES } from '../agent/sim/canary/scenario';
import { FAULT_NAMES } from '../agent/sim/heal/faults';
import { HealOptions } from '../agent/sim/heal/healOptions';
import { LoadShape } from '../agent/sim/load';
import { OBSERVATION_SPEC_NAMES } from '../agent/sim/scale/observation';
import { GATE_KINDS } from '../agent/tasks/canary/hooks/gateServer';
import { createEnv, ENV_NAMES } from '../agent/training/environments';
import { snakeCase } from '../agent/training/episodeMetrics';
import { METRICS } from '../agent/training/logs/metricNames';
import { resolveTraining } from '../agent/training/resolveTraining';
import { readTrainConfig } from '../agent/training/trainConfig';
import { contributes, scripts } from '../package.json';
import { CANARY_TABLES } from './support/canaryTables';
import { HEAL_TABLES } from './support/healTables';
import { fillTables, LEARNING_TABLES, withTables } from './support/learningTables';
import { RELEASE_TABLES } from './support/releaseTables';
import { SCALE_TABLES } from './support/scaleTables';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];
const README = read('README.md');
const PROGRAM = [
  'program',
  'agentProgram',
  'options',
  'calibrateCommand',
  'canaryCommands',
  'chaosCommands',
  'envCommands',
  'reportCommands',
  'scaleCommands',
  'scalingCommands',
  'trainCommands',
]
  .map((name) => read(`agent/cli/${name}.ts`))
  .join();

/** The text under a heading, up to the next one of its level or above. */
function section(page: string, heading: string): string {
  const lines = read(page).split('\n');
  const from = lines.findIndex((line) => line.replace(/^#+ /, '') === heading && line.startsWith('#'));
  if (from < 0) throw new Error(`${page} has no heading "${heading}"`);
  const level = lines[from]?.indexOf(' ') ?? 1;
  const length = lines.slice(from + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level);
  return lines.slice(from + 1, length < 0 ? undefined : from + 1 + length).join('\n');
}

/** What stands in code marks in the first column of the tables of a text. */
function firstColumn(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
}

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}

/** What a text does not name in code marks. */
function unnamed(text: string, names: Iterable<string>): string[] {
  return [...names].filter((name) => !text.includes(`\`${name}\``));
}

/** A heading as GitHub links to it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

describe('links', () => {
  it.each(PAGES)('of %s lead somewhere', (page) => {
    const targets = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const dead = targets.filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, file))) return true;
      if (anchor === undefined) return false;
      const headings = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
      return !headings.includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  it.each(PAGES)('apart, the paths in the text of %s exist', (page) => {
    const named = [
      ...read(page).matchAll(/`((?:agent|extension|webview|scripts|test|manifests|docs)\/[\w./-]*)`/g),
    ];
    expect(named.map(([, path = '']) => path).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('the README', () => {
  const folders = firstColumn(section('README.md', 'Code map'));

  it('maps folders that exist', () => {
    expect(folders.length).toBeGreaterThan(10);
    expect(
      folders.filter((folder) => !statSync(join(ROOT, folder), { throwIfNoEntry: false })?.isDirectory()),
    ).toEqual([]);
  });

  it('maps every folder of agent/ and of the checkout that holds our files', () => {
    const inside = (folder: string) =>
      readdirSync(join(ROOT, folder), { withFileTypes: true })
        .filter(
          (entry) =>
            entry.isDirectory() &&
            !/^(\.|node_modules$|dist$|test-results$|coverage$|agent$)/.test(entry.name),
        )
        .map(({ name }) => `${folder}${name}/`);
    expect(
      sorted([...inside(''), ...inside('agent/')].filter((folder) => !folders.includes(folder))),
    ).toEqual([]);
  });

  it('shows a configuration that is valid', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]+?)```/.exec(section('README.md', 'Configure it')) ?? [];
    expect(parseConfig(yaml, 'README.md').namespaces).not.toEqual([]);
  });
});

describe('commands', () => {
  const cli = new Set(
    // What is hidden is started by the agent, not by people.
    [
      ...PROGRAM.matchAll(/\b(?:command|onWorkload|onRelease)\(\s*'([a-z-]+)'(?!, \{ hidden: true)/g),
      // Operations that take nothing but a release are a table.
      ...PROGRAM.matchAll(/^ {2}\['([a-z-]+)', '[a-z-]+', '/gm),
    ].map(([, name = '']) => name),
  );
  const options = new Set([...PROGRAM.matchAll(/'(?:-\w, )?(--[a-z-]+)/g)].map(([, name = '']) => name));
  options.add('--version');
  /** Commands that have commands. */
  const GROUPS = ['journal', 'config', 'model', 'env', 'chaos', 'report', 'canary'];

  it.each(PAGES)('of npm in %s are in package.json', (page) => {
    const calls = read(page).matchAll(/\bnpm (?:(start|test)\b|run (?:-s )?([\w:-]+))/g);
    const names = [...calls].map(([, short, script = '']) => short ?? script);
    expect(names.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it.each(PAGES)('of coxswain in %s are in the table of commands, with their options', (page) => {
    const found = read(page).matchAll(
      /`coxswain ([^<`][^`]*)`|\bcoxswain -- ([^<`][^`\n]*)|^(?:\$ )?coxswain ([a-z][^\n]*)$/gm,
    );
    const calls = [...found].map(([, quoted, run, line = '']) =>
      (quoted ?? run ?? line).replace(/ [>&#].*/, ''),
    );
    const wrong = calls.flatMap((call) => {
      const [first = '', second = ''] = call.split(' ');
      const words = GROUPS.includes(first) ? [first, second] : [first];
      return [
        ...words.filter((word) => !word.startsWith('-') && !cli.has(word)),
        ...(call.match(/--[a-z-]+/g) ?? []).filter((option) => !options.has(option)),
      ].map((word) => `${word} in: ${call}`);
    });
    expect(wrong).toEqual([]);
  });

  it('of the CLI are all in the README', () => {
    const named = new Set(
      [...README.matchAll(/`coxswain ([a-z-]+)(?: ([a-z-]+))?/g)].flatMap(([, ...words]) => words),
    );
    // The reference is for whoever writes the docs.
    expect(cli.size).toBeGreaterThan(20);
    expect([...cli].filter((name) => !named.has(name) && name !== 'reference')).toEqual([]);
  });

  it('name every kind of fault', () => {
    const { options: kinds } = FaultKind;
    expect(unnamed(README, kinds)).toEqual([]);
    expect(unnamed(section('docs/embedded-cluster.md', 'Faults'), kinds)).toEqual([]);
  });
});

describe('docs/safety.md', () => {
  const RULES = 'agent/safety/rules';

  it('lists every rule of the guard, and every rule is in one of the guard’s lists', async () => {
    const lists = [...read('agent/safety/guard.ts').matchAll(/_RULES: [^=]+= \[([^\]]+)\]/g)].join();
    const names: string[] = [];
    const files = readdirSync(join(ROOT, RULES)).filter((file) => !file.endsWith('.test.ts'));
    for (const file of files) {
      const exported: Record<string, unknown> = await import(join(ROOT, RULES, file));
      for (const [variable, value] of Object.entries(exported)) {
        if (typeof value !== 'object' || value === null || !('judge' in value) || !('name' in value))
          continue;
        names.push(String(value.name));
        expect(lists, variable).toMatch(new RegExp(`\\b${variable},`));
      }
    }
    expect(names.length).toBeGreaterThan(20);
    expect(sorted(firstColumn(section('docs/safety.md', 'The guard')))).toEqual(sorted(names));
  });
});

describe('docs/protocol.md', () => {
  const kindsOf = (options: readonly { shape: { kind: { value: string } } }[]) =>
    options.map(({ shape }) => shape.kind.value);

  it('has every request with its parameters', () => {
    const text = section('docs/protocol.md', 'Requests');
    expect(sorted(firstColumn(text))).toEqual(sorted(Object.keys(REQUESTS)));
    for (const [method, { params }] of Object.entries(REQUESTS)) {
      const row = text.split('\n').find((line) => line.startsWith(`| \`${method}\` |`)) ?? '';
      const optional = (name: string, type: { safeParse(value: unknown): { success: boolean } }) =>
        type.safeParse(undefined).success ? `${name}?` : name;
      const named = Object.entries(params.shape).map(([name, type]) => optional(name, type));
      expect(
        [...(row.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
        method,
      ).toEqual(named);
    }
  });

  it('has every message and every change', () => {
    const text = section('docs/protocol.md', 'The WebSocket stream');
    const kinds = [ClientMessage, ServerMessage, Change].flatMap(({ options }) => kindsOf(options));
    expect(sorted(firstColumn(text))).toEqual(sorted(kinds));
  });
});

describe('docs/embedded-cluster.md', () => {
  const text = read('docs/embedded-cluster.md');

  it('names every built-in kind, annotation, load, aggregation and function', () => {
    expect(
      unnamed(
        text,
        BUILTIN_RESOURCES.map(({ plural }) => plural),
      ),
    ).toEqual([]);
    expect(unnamed(text, [MODEL_ANNOTATION, LOAD_ANNOTATION])).toEqual([]);
    expect(
      unnamed(
        text,
        LoadShape.options.map(({ shape }) => shape.kind.value),
      ),
    ).toEqual([]);
    expect(unnamed(text, [...AGGREGATIONS, ...FUNCTIONS.keys()])).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  it('names every error code', () => {
    expect(unnamed(read('docs/errors.md'), ERROR_CODES)).toEqual([]);
  });
});

describe('docs/healing.md', () => {
  const PAGE = 'docs/healing.md';

  it('has the tables of the evaluation (rewrite them with vitest -u)', async () => {
    await expect(withTables(read(PAGE), HEAL_TABLES)).toMatchFileSnapshot(join(ROOT, PAGE));
  });

  it('and the README take them from the same results', async () => {
    const { filled } = fillTables(README, { ...HEAL_TABLES, ...SCALE_TABLES, ...CANARY_TABLES });
    await expect(filled).toMatchFileSnapshot(join(ROOT, 'README.md'));
  });
});

describe('docs/scaling.md', () => {
  const PAGE = 'docs/scaling.md';

  it('has the tables of the evaluation (rewrite them with vitest -u)', async () => {
    const { filled, found } = fillTables(read(PAGE), SCALE_TABLES);
    expect(found).toContain('scale comparison');
    await expect(filled).toMatchFileSnapshot(join(ROOT, PAGE));
  });
});

describe('docs/canary.md', () => {
  const PAGE = 'docs/canary.md';
  const text = read(PAGE);

  it('has the tables of the evaluation, and those of the code (rewrite them with vitest -u)', async () => {
    const { filled, found } = fillTables(text, { ...CANARY_TABLES, ...RELEASE_TABLES });
    expect(found).toEqual(expect.arrayContaining(['canary comparison', ...Object.keys(RELEASE_TABLES)]));
    await expect(filled).toMatchFileSnapshot(join(ROOT, PAGE));
  });

  it('shows a configuration by which the demo is released', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]+?)```/.exec(section(PAGE, 'Begin')) ?? [];
    expect(parseConfig(yaml, PAGE).canary.steering).toBe('own');
  });

  it('says of each operation what it writes, whoever moves the traffic', () => {
    const table = section(PAGE, 'Operations');
    const commands: Partial<Record<ReleaseOperationKind, string>> = {
      start: 'set-image',
      'promote-full': 'promote --full',
      undo: 'undo [--to-revision]',
    };
    const kinds = ReleaseOperation.options.map(({ shape }) => shape.kind.value);
    const rows = kinds.filter((kind) => kind !== 'adopt').map((kind) => commands[kind] ?? kind);
    const named = [...table.matchAll(/^\| `([^`]+)`[^|]* \|/gm)].map(([, name = '']) => name);
    expect(sorted(named)).toEqual(sorted(rows));
  });

  it('names every kind of canary, gate, steering and policy, and what people are told of', () => {
    expect(sorted(firstColumn(section(PAGE, 'Begin')))).toEqual(sorted(CanaryKind.options));
    expect(sorted(firstColumn(section(PAGE, "Flagger's gate")))).toEqual(sorted(GATE_KINDS));
    expect(unnamed(section(PAGE, 'How much say it has'), ReleaseSteering.options)).toEqual([]);
    const [, policies = ''] = /^\| `canary\.policy` \| ([^|]+)\|/m.exec(read('docs/configuration.md')) ?? [];
    const rules = [...policies.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    expect(rules.length).toBeGreaterThan(2);
    expect(unnamed(section(PAGE, 'Pace'), rules)).toEqual([]);
    expect(unnamed(section(PAGE, 'Hooks and alerts'), Object.keys(ALERT_TITLES))).toEqual([]);
  });

  it('names every analysis that comes along', () => {
    const folder = 'manifests/canary/analysis';
    const names = readdirSync(join(ROOT, folder)).flatMap((file) =>
      [...read(`${folder}/${file}`).matchAll(/^metadata:\n {2}name: (\S+)/gm)].map(([, name = '']) => name),
    );
    expect(names.length).toBeGreaterThan(5);
    expect(unnamed(section(PAGE, 'Analyses'), names)).toEqual([]);
  });

  it('calls commands and views of VS Code by their names', () => {
    const { commands, views } = contributes;
    const known = [...commands.map(({ title }) => title), ...views.coxswain.map(({ name }) => name)];
    const named = ['Begin', 'How much say it has', 'Hooks and alerts'].flatMap((heading) =>
      [...section(PAGE, heading).matchAll(/\*\*([^*]+)\*\*/g)].map(([, name = '']) => name),
    );
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('docs/monitoring.md', () => {
  it('names every alert about releases', () => {
    const rules = read('manifests/prometheus/canary.rules.yaml');
    const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
    expect(alerts.length).toBeGreaterThan(3);
    expect(unnamed(section('docs/monitoring.md', 'Alerts'), alerts)).toEqual([]);
  });
});

describe('docs/learning.md', () => {
  const PAGE = 'docs/learning.md';
  const text = read(PAGE);

  it('has the tables that follow from the code (rewrite them with vitest -u)', async () => {
    await expect(withTables(text)).toMatchFileSnapshot(join(ROOT, PAGE));
  });

  it('has such a table for every algorithm and every task', () => {
    const names = [...Algorithm.options, ...TaskName.options];
    expect(names.filter((name) => !Object.hasOwn(LEARNING_TABLES, name))).toEqual([]);
  });

  it('shows a train.yaml that is valid', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]+?)```/.exec(text) ?? [];
    const training = resolveTraining(readTrainConfig({ path: PAGE, text: yaml }, {}));
    expect(createEnv(training.env).spec).toBe('scale/36');
  });

  it('names every env with its contracts, fault, scenario and engine, and what a policy file has', () => {
    const specs = ENV_NAMES.map((name) => createEnv({ name, options: {} }).spec);
    const others = [...OBSERVATION_SPEC_NAMES, ...HealOptions.shape.spec.unwrap().options];
    expect(unnamed(text, [...ENV_NAMES, ...specs, ...others])).toEqual([]);
    expect(unnamed(text, [...FAULT_NAMES, ...SCENARIO_NAMES, ...ENGINE_NAMES])).toEqual([]);
    expect(unnamed(text, [...Object.values(METADATA_KEYS), OBSERVATION])).toEqual([]);
  });

  it('calls commands and views of VS Code by their names', () => {
    const { commands, views } = contributes;
    const known = [...commands.map(({ title }) => title), ...views.coxswain.map(({ name }) => name)];
    const named = [...section(PAGE, 'In VS Code').matchAll(/\*\*([^*]+)\*\*/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  const metrics = METRICS.map(({ name }) => name);

  it('names as metrics what the envs of the tasks tell, and nothing else of them', () => {
    const told = TaskName.options.flatMap((task) => {
      const env = createEnv({ name: task, options: {} });
      const episodes = heldOutSeeds(40).map((seed) => playEpisode(env, randomArm(), seed));
      return episodes.flatMap(({ info }) => Object.keys(info).map((name) => `env/${snakeCase(name)}`));
    });
    expect(sorted(metrics.filter((name) => name.startsWith('env/')))).toEqual(sorted(told));
  });

  it('names the metrics that trainer and hybrid log', () => {
    const sources = ['agent/training/trainer.ts', 'agent/rl/algorithms/hybrid.ts'].map(read).join();
    const logged = [...sources.matchAll(/'((?:eval|hybrid|time)\/\w+)'/g)].map(([, name = '']) => name);
    expect(logged.length).toBeGreaterThan(3);
    expect(logged.filter((name) => !metrics.includes(name))).toEqual([]);
  });
});

describe('docs/configuration.md', () => {
  it('lets only queries be replaced that are sent', () => {
    const keys = firstColumn(read('docs/configuration.md')).filter((key) =>
      key.startsWith('metrics.queries.'),
    );
    expect(keys.length).toBeGreaterThan(5);
    const names = keys.map((key) => key.replace('metrics.queries.', ''));
    const sent = { ...DEFAULT_QUERIES, ...LOAD_QUERIES };
    expect(names.filter((name) => !Object.hasOwn(sent, name))).toEqual([]);
  });
});
