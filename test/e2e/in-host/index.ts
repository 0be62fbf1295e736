import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** VS Code's entry into the tests: runs every `*.test.cjs` beside the bundle of this file and writes what came out. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ timeout: 60_000, color: false });
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.test.cjs'));
  for (const file of files) mocha.addFile(join(__dirname, file));
  const passed: string[] = [];
  const failed: Array<{ title: string; error: string }> = [];
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', (test) => passed.push(test.fullTitle()))
      .on('fail', (test, error: Error) =>
        failed.push({ title: test.fullTitle(), error: error.stack ?? error.message }),
      );
  });
  const results = process.env.COXSWAIN_IN_HOST_RESULTS;
  if (results) writeFileSync(results, JSON.stringify({ passed, failed }));
  if (failed.length > 0) throw new Error(`${failed.length} tests failed.`);
}
