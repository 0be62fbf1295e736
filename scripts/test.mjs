// npm test: every check in order, from the quickest to the slowest; stops at the first that fails.
//   npm test -- --only unit,lint
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ROOT } from './lib/paths.mjs';

const STAGES = {
  types: [
    ['tsc', '--noEmit'],
    ['tsc', '--noEmit', '-p', 'webview'],
    ['tsc', '--noEmit', '-p', 'test/e2e/in-host'],
  ],
  lint: [['biome', 'check', '--error-on-warnings']],
  build: [['node', 'esbuild.mjs']],
  // They only reckon: on two cores Vitest would else leave one idle.
  unit: [['vitest', 'run', '--project', 'unit', '--maxWorkers', '100%']],
  // They run the built program; building is nothing where it is up to date.
  integration: [
    ['node', 'esbuild.mjs'],
    ['vitest', 'run', '--project', 'reckoning', '--maxWorkers', '100%'],
    ['vitest', 'run', '--project', 'patient', '--maxWorkers', '2'],
    ['vitest', 'run', '--project', 'integration'],
  ],
  e2e: [['vitest', 'run', '--project', 'e2e', '--bail', '1']],
};

const chosen = selectStages();
const passed = [];
for (const stage of chosen) {
  heading(stage);
  const startedAtMs = Date.now();
  const ok = STAGES[stage].every(run);
  const line = `${stage} ${ok ? 'passed' : 'FAILED'} in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`;
  console.log(line);
  if (!ok) {
    const left = chosen.slice(passed.length + 1);
    summarise([...passed, line, ...left.map((name) => `${name} not run`)]);
    console.log(`Run it alone: npm test -- --only ${stage}`);
    process.exit(1);
  }
  passed.push(line);
}
summarise(passed);

function selectStages() {
  const names = Object.keys(STAGES);
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  if (values.only === undefined) return names;
  const wanted = values.only.split(',');
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no stage ${unknown.join(', ')}. The stages: ${names.join(', ')}`);
    process.exit(2);
  }
  return names.filter((name) => wanted.includes(name));
}

/** Runs a program that npm has put on PATH. */
function run([program, ...args]) {
  const { status, error } = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit' });
  if (error) console.error(`${program} could not be started: ${error.message}`);
  return status === 0;
}

function heading(text) {
  console.log(`\n── ${text} ${'─'.repeat(72 - text.length)}`);
}

function summarise(lines) {
  heading('summary');
  for (const line of lines) console.log(line);
}
