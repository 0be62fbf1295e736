import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

it('is what kernel/simd.ts compiles to', () => {
  const check = () =>
    execFileSync(process.execPath, [resolve('scripts/kernel.mjs'), '--check'], { stdio: 'pipe' });
  expect(check).not.toThrow();
}, 60_000);
