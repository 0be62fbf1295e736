import { expect, it } from 'vitest';
import { runInHost } from './harness/inHost';

it('passes every test inside the extension host', async () => {
  const { passed, failed } = await runInHost();
  for (const title of passed) console.log(`  ✓ ${title}`);
  expect(failed).toEqual([]);
  expect(passed.length).toBeGreaterThan(0);
});
