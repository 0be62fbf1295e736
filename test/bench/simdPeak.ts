import asc from 'assemblyscript/asc';

/** Six chains of each operation hide its latency, two at a time for three cycles, and fit the registers. */
const CHAINS = 6;
const ROUNDS = 100_000;
const RUNS = 2000;

/** Multiplications and additions on 128-bit vectors that this core does in registers alone, in GFLOP/s. */
export async function measureSimdPeak(): Promise<number> {
  const run = await compile();
  const flop = ROUNDS * CHAINS * 2 * 4;
  let leastMs = Number.POSITIVE_INFINITY;
  for (let index = 0; index < RUNS; index += 1) {
    const startedMs = performance.now();
    run(ROUNDS, 1, 1);
    leastMs = Math.min(leastMs, performance.now() - startedMs);
  }
  return flop / leastMs / 1e6;
}

/** Node has it; its types come with the browser's alone. */
declare const WebAssembly: {
  instantiate(binary: Uint8Array, imports: object): Promise<{ instance: { exports: { run: Loop } } }>;
};

type Loop = (rounds: number, factor: number, term: number) => number;

async function compile(): Promise<Loop> {
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error } = await asc.main(
    ['peak.ts', '-O3', '--enable=simd', '--runtime=stub', '--outFile', 'peak.wasm'],
    {
      readFile: (name) => (name === 'peak.ts' ? source() : null),
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') binary = Uint8Array.from(contents);
      },
    },
  );
  if (error || !binary) throw new Error('The loop does not compile.', { cause: error });
  const { instance } = await WebAssembly.instantiate(binary, {});
  return instance.exports.run;
}

/** The factor and the term are arguments: the compiler would load constants from memory in every round. */
function source(): string {
  const products = Array.from({ length: CHAINS }, (_, index) => `product${index}`);
  const sums = Array.from({ length: CHAINS }, (_, index) => `sum${index}`);
  const all = [...products, ...sums];
  return `
    export function run(rounds: i32, f: f32, t: f32): f32 {
      const factor = f32x4.splat(f);
      const term = f32x4.splat(t);
      ${all.map((name, index) => `let ${name} = f32x4.splat(${index + 1});`).join('\n')}
      for (let round = 0; round < rounds; round++) {
        ${products.map((name) => `${name} = f32x4.mul(${name}, factor);`).join('\n')}
        ${sums.map((name) => `${name} = f32x4.add(${name}, term);`).join('\n')}
      }
      return f32x4.extract_lane(${all.reduce((total, name) => `f32x4.add(${total}, ${name})`)}, 0);
    }`;
}
