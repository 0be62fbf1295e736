import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** The checkout: npm scripts and Vitest run there. */
export const ROOT = process.cwd();

const Manifest = z.object({
  name: z.string(),
  publisher: z.string(),
  version: z.string(),
  contributes: z.object({
    commands: z.array(z.object({ command: z.string(), title: z.string(), category: z.string().optional() })),
  }),
});

const manifest = Manifest.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));

export const EXTENSION_ID = `${manifest.publisher}.${manifest.name}`;

/** How VS Code names the folder of an extension that it has installed. */
export const EXTENSION_FOLDER_NAME = `${EXTENSION_ID}-${manifest.version}`;

/** What scripts/package.mjs writes. */
export const VSIX = join(ROOT, `${manifest.name}-${manifest.version}.vsix`);

/** How the command palette shows a command. */
export function paletteTitle(id: string): string {
  const command = manifest.contributes.commands.find(({ command }) => command === id);
  if (command === undefined) throw new Error(`package.json declares no command ${id}.`);
  return command.category === undefined ? command.title : `${command.category}: ${command.title}`;
}
