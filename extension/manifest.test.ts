import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { ERROR_CODES } from '../agent/protocol/errors';
import { COMMANDS } from './commands';
import { buttonsFor } from './flows/ui';
import { manifest } from './manifest';

// The tables name flows that use the editor; none of them runs here.
vi.mock('vscode', () => ({}));

const PACKAGE_JSON = fileURLToPath(new URL('../package.json', import.meta.url));

test('package.json says what the tables of commands, settings and views say (rewrite it with vitest -u)', async () => {
  const written = JSON.parse(await readFile(PACKAGE_JSON, 'utf8'));
  await expect(`${JSON.stringify({ ...written, ...manifest() }, null, 2)}\n`).toMatchFileSnapshot(
    PACKAGE_JSON,
  );
});

test('every command has a name of its own', () => {
  const names = COMMANDS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(20);
});

test('whatever refers to a command of ours refers to one that exists', () => {
  const { contributes } = manifest();
  const known = new Set(COMMANDS.map(({ name }) => `coxswain.${name}`));
  for (const { id } of contributes.views.coxswain) known.add(`${id}.focus`);
  const texts = JSON.stringify([contributes.viewsWelcome, contributes.walkthroughs]);
  const linked = [...texts.matchAll(/(?:command|onCommand):(coxswain\.[\w.]+)/g)].map(([, id]) => id);
  const buttons = ERROR_CODES.flatMap(buttonsFor).map(({ command }) => command);
  const referred = [...linked, ...buttons.filter((id) => id.startsWith('coxswain.'))];
  expect(referred.length).toBeGreaterThan(15);
  expect(referred.filter((id) => id === undefined || !known.has(id))).toEqual([]);
});

test('every picture that the manifest names is there', async () => {
  const paths = [...JSON.stringify(manifest()).matchAll(/"(media\/[^"]+)"/g)].flatMap(
    ([, path]) => path ?? [],
  );
  expect(paths.length).toBeGreaterThan(5);
  for (const path of paths) {
    const picture = await readFile(fileURLToPath(new URL(`../${path}`, import.meta.url)));
    expect(picture.length, path).toBeGreaterThan(100);
  }
});
