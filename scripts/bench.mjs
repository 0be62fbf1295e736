// npm run bench: every test/bench/*.bench.ts, one after the other, each in a process of its own.
//   npm run bench -- --only NAME[,NAME] --json FILE
import { fork } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../esbuild.mjs';
import { bundleForNode } from './lib/importTypeScript.mjs';
import { ROOT } from './lib/paths.mjs';

const { values: options } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' } } });

await build();
const rows = [];
for (const file of selectFiles()) {
  console.log(`\n${file.replace('.bench.ts', '')}`);
  const found = await runAlone(await bundleForNode(join('test/bench', file)));
  for (const row of found) console.log(`  ${format(row)}`);
  rows.push(...found);
}
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);

function selectFiles() {
  const files = readdirSync(join(ROOT, 'test/bench')).filter((name) => name.endsWith('.bench.ts'));
  if (options.only === undefined) return files;
  const wanted = options.only.split(',').map((name) => `${basename(name, '.bench.ts')}.bench.ts`);
  const unknown = wanted.filter((name) => !files.includes(name));
  if (unknown.length === 0) return wanted;
  console.error(`There is no ${unknown.join(', ')} in test/bench. There are: ${files.join(', ')}`);
  process.exit(2);
}

/** The rows of a benchmark, run in a process of its own so that none warms up or slows down the next. */
function runAlone(bundle) {
  const child = fork(join(ROOT, 'scripts/lib/benchProcess.mjs'), [bundle], { cwd: ROOT });
  return new Promise((resolve, reject) => {
    let found = null;
    child.on('message', (message) => {
      found = message;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0 && found !== null) resolve(found);
      else reject(new Error(`${bundle} ended with code ${code}; its message stands above.`));
    });
  });
}

function format({ name, value, unit, reference, ratio }) {
  const text = `${name.padEnd(44)} ${round(value).padStart(12)} ${unit}`;
  if (!reference) return text;
  return `${text.padEnd(74)} ${reference.name} ${round(reference.value)}${ratio ? `, ratio ${ratio.toFixed(2)}` : ''}`;
}

function round(value) {
  return value.toLocaleString('en', { maximumSignificantDigits: 4 });
}
