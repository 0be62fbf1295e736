// Compiles the engine's AssemblyScript kernel into agent/rl/engine/kernelBinary.ts.
//   node scripts/kernel.mjs [--check]
// With --check nothing is written, and the exit code is 1 where the file is not what its source compiles to.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import { ROOT } from './lib/paths.mjs';

const SOURCE = 'agent/rl/engine/kernel/simd.ts';
const TARGET = 'agent/rl/engine/kernelBinary.ts';
const FLAGS = [
  '-O3',
  '--noAssert',
  // Plain SIMD: the relaxed one may round differently from one processor to the next.
  '--enable=simd',
  '--runtime=stub',
  '--importMemory',
  '--noExportMemory',
];

const text = moduleText(await compile());
if (!process.argv.includes('--check')) writeFileSync(join(ROOT, TARGET), text);
else if (readFileSync(join(ROOT, TARGET), 'utf8') !== text) {
  console.error(`${TARGET} is not what ${SOURCE} compiles to. Run: node scripts/kernel.mjs`);
  process.exit(1);
}

async function compile() {
  let binary;
  const { error, stderr } = await asc.main(
    [SOURCE, '--baseDir', ROOT, '--outFile', 'kernel.wasm', ...FLAGS],
    {
      writeFile: (_name, contents) => {
        binary = contents;
      },
    },
  );
  if (error) throw new Error(`${SOURCE} does not compile.\n${stderr}`, { cause: error });
  return binary;
}

function moduleText(binary) {
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,100}/g)
    .map((line) => `  '${line}'`);
  return `// Made of ${SOURCE} by \`node scripts/kernel.mjs\`: do not edit.

/** The WebAssembly module of the kernel, in base64. */
export const KERNEL_BINARY =
${lines.join(' +\n')};
`;
}
