import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** A file as the rules see it: its path from the root, its code without comments, and what it imports. */
interface SourceFile {
  path: string;
  code: string;
  /** From the root where they are relative, else as written. */
  imports: readonly { from: string; text: string }[];
}

/** An invariant of the architecture. */
interface Rule {
  name: string;
  appliesTo(path: string): boolean;
  /** What is wrong with a file, in words; empty when nothing is. */
  check(file: SourceFile): string[];
}

const within =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`));

const importing =
  (what: string, isForbidden: (from: string, text: string) => boolean) => (file: SourceFile) =>
    file.imports
      .filter(({ from, text }) => isForbidden(from, text))
      .map(({ from }) => `imports ${what} (${from})`);

const using = (patterns: readonly RegExp[]) => (file: SourceFile) =>
  patterns.flatMap((pattern) => pattern.exec(file.code)?.[0] ?? []).map((found) => `uses ${found}`);

const isPure = (path: string) =>
  within('agent/sim', 'agent/rl', 'agent/safety/rules')(path) ||
  /^agent\/safety\/guard\w*\.ts$/.test(path) ||
  /^agent\/tasks\/.*\breward\.ts$/.test(path);

/** The only code that may know how to send a mutating request. */
const mayWrite = within('agent/safety', 'agent/cluster', 'agent/embedded');

const RULES: readonly Rule[] = [
  {
    name: 'nothing outside agent/safety/ sends a mutating request',
    appliesTo: (path) => within('agent')(path) && !mayWrite(path),
    check: (file) => [
      ...importing(
        'the road to a write',
        (from, text) =>
          /^agent\/cluster\/api(Server)?$/.test(from) &&
          /\b(ApiServer|ApiRequest|openApiServer)\b/.test(text),
      )(file),
      ...using([/\bapi\.send\b/, /\.send\(\s*\{\s*method\b/])(file),
    ],
  },
  {
    name: 'the Kubernetes client is known to agent/cluster/ alone',
    appliesTo: (path) => !within('agent/cluster', 'test')(path),
    check: importing('the Kubernetes client', (from) => from.startsWith('@kubernetes/client-node')),
  },
  {
    name: 'agent/protocol/ imports nothing of the others',
    appliesTo: within('agent/protocol'),
    check: importing(
      'more than zod',
      (from) => from !== 'zod' && from !== 'agent/protocol' && !from.startsWith('agent/protocol/'),
    ),
  },
  {
    name: 'sim, rl, rewards and the guard are pure',
    appliesTo: isPure,
    check: (file) => [
      ...importing('I/O', (from) => from.startsWith('node:') || from === 'undici' || from === 'ws')(file),
      ...using([
        /\bDate\.now\b/,
        /\bnew Date\(\s*\)/,
        /\bMath\.random\b/,
        /\bperformance\.\w+/,
        /\bset(Timeout|Interval|Immediate)\b/,
        /\bprocess\.\w+/,
        /\bcrypto\.\w+/,
      ])(file),
    ],
  },
  {
    name: 'sim and rl give the same bits under every version of V8',
    appliesTo: within('agent/sim', 'agent/rl'),
    // But for whole powers that are written out, and those of two.
    check: using([/\bMath\.pow\b/, /(?<!\b2) \*\* (?!\d)/]),
  },
  {
    name: 'webview and extension share only agent/protocol/ with the agent',
    appliesTo: within('webview', 'extension'),
    check: importing('the agent', (from) => /^agent\/(?!protocol(\/|$))/.test(from)),
  },
  {
    name: 'the agent imports nothing of extension and webview',
    appliesTo: within('agent'),
    check: importing('another side', (from) => /^(extension|webview)\//.test(from) || from === 'vscode'),
  },
  {
    name: 'the agent’s stdout is the protocol, but for the CLI’s',
    appliesTo: (path) => within('agent')(path) && !within('agent/cli')(path),
    check: using([/\bconsole\.(log|info|debug|table|dir)\b/]),
  },
];

/** `rule: path: problem` for each violation. */
function violations(files: readonly { path: string; source: string }[]): string[] {
  const parsed = files.map(parse);
  return RULES.flatMap((rule) =>
    parsed
      .filter(({ path }) => rule.appliesTo(path))
      .flatMap((file) => rule.check(file).map((problem) => `${rule.name}: ${file.path}: ${problem}`)),
  );
}

function parse({ path, source }: { path: string; source: string }): SourceFile {
  const code = withoutComments(source);
  const statements = code.matchAll(
    /\b(?:import|export)\b(?<text>[^;'"`]*?)\bfrom\s*['"](?<from>[^'"]+)['"]|\bimport\s*\(?\s*['"](?<bare>[^'"]+)['"]/g,
  );
  const imports = [...statements].map(({ groups = {} }) => ({
    from: fromRoot(path, groups.from ?? groups.bare ?? ''),
    text: groups.text ?? '',
  }));
  return { path, code, imports };
}

function fromRoot(path: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;
}

/** Strings are matched too, so that a `//` in one is not taken for a comment. */
function withoutComments(source: string): string {
  const token = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return source.replace(token, (_, text: string | undefined) => text ?? '');
}

function sourcesOf(folder: string): { path: string; source: string }[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.split(sep).join('/')))
    .filter((path) => /\.ts$/.test(path) && !/\.(test|bench)\.ts$|\.d\.ts$/.test(path))
    .map((path) => ({ path, source: readFileSync(join(ROOT, path), 'utf8') }));
}

describe('the architecture', () => {
  const files = ['agent', 'extension', 'webview'].flatMap(sourcesOf);

  it('keeps its invariants', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(violations(files)).toEqual([]);
  });

  for (const rule of RULES) {
    it(`has code to which it applies: ${rule.name}`, () => {
      expect(files.some(({ path }) => rule.appliesTo(path))).toBe(true);
    });
  }
});

describe('the checker', () => {
  const planted: [string, string, string][] = [
    ['agent/loop/x.ts', "import type { ApiServer } from '../cluster/api';", 'the road to a write'],
    ['agent/loop/x.ts', "import {\n  openApiServer,\n} from '../cluster/apiServer';", 'the road to a write'],
    ['agent/server/x.ts', "connection.api.send({ path: '/x' });", 'api.send'],
    ['agent/chaos/x.ts', "server.send({\n  method: 'POST' });", '.send({\n  method'],
    ['agent/metrics/x.ts', "import { KubeConfig } from '@kubernetes/client-node';", 'the Kubernetes client'],
    ['agent/protocol/x.ts', "import { readFile } from 'node:fs';", 'more than zod'],
    ['agent/protocol/x.ts', "export * from '../config/schema';", 'more than zod'],
    ['agent/sim/x.ts', 'const seed = Date.now();', 'Date.now'],
    ['agent/sim/deep/x.ts', 'const seed = new Date();', 'new Date()'],
    ['agent/rl/x.ts', 'const random = Math.random;', 'Math.random'],
    ['agent/rl/x.ts', "import 'node:fs';", 'I/O'],
    ['agent/rl/x.ts', 'const priority = error ** alpha;', ' ** '],
    ['agent/sim/x.ts', 'Math.pow(20, random.uniform());', 'Math.pow'],
    ['agent/rl/x.ts', "const fs = await import('node:fs');", 'I/O'],
    ['agent/safety/guard.ts', 'setTimeout(() => {}, 1);', 'setTimeout'],
    ['agent/safety/rules/mode.ts', 'process.env.X;', 'process.env'],
    ['agent/tasks/heal/reward.ts', 'performance.now();', 'performance.now'],
    ['webview/charts/x.ts', "import { Task } from '../../agent/loop/task';", 'the agent'],
    ['extension/x.ts', "import type { Config } from '../agent/config/schema';", 'the agent'],
    ['agent/x.ts', "import * as vscode from 'vscode';", 'another side'],
    ['agent/x.ts', "import { x } from '../webview/format';", 'another side'],
    ['agent/loop/x.ts', "const url = 'http://x'; console.log(url);", 'console.log'],
  ];
  for (const [path, source, problem] of planted) {
    it(`finds ${JSON.stringify(source)} in ${path}`, () => {
      expect(violations([{ path, source }])).toEqual([expect.stringContaining(problem)]);
    });
  }

  const allowed: [string, string][] = [
    [
      'agent/safety/writer.ts',
      "import type { ApiServer } from '../cluster/api'; server.send({ method: 'PATCH' });",
    ],
    ['agent/loop/x.ts', "import type { ClusterReader } from '../cluster/api';"],
    ['agent/protocol/x.ts', "import * as z from 'zod'; import { Action } from './action';"],
    ['agent/sim/x.ts', '// Date.now() would not be pure\n/* nor Math.random() */ const x = "//";'],
    ['agent/sim/x.ts', 'const squares = (value - mean) ** 2 + 2 ** depth;'],
    ['agent/cli/x.ts', 'console.log(1);'],
    ['extension/x.ts', "import { launch } from './agent/launch'; import { Mode } from '../agent/protocol';"],
    ['webview/x.ts', "import { Mode } from '../agent/protocol/proposal';"],
    ['agent/loop/x.ts', 'console.error(1);'],
  ];
  for (const [path, source] of allowed) {
    it(`lets ${JSON.stringify(source)} be in ${path}`, () => {
      expect(violations([{ path, source }])).toEqual([]);
    });
  }
});
