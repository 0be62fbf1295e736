import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const Endpoint = z.object({ pid: z.number().int(), url: z.string(), token: z.string() });
/** How a command in another terminal reaches a running agent. */
export type Endpoint = z.infer<typeof Endpoint>;

const FILE = 'agent.json';

/** Lets the commands of this user find this agent; returns a function that takes the file away. */
export function publishEndpoint(directory: string, endpoint: Endpoint): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, FILE);
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(endpoint), { mode: 0o600 });
  renameSync(temporary, path);
  return () => {
    // Another agent may have taken the place meanwhile.
    if (readEndpoint(directory)?.pid === endpoint.pid) rmSync(path, { force: true });
  };
}

/** The agent that was last started on this state directory, or null where the file is absent or unreadable. */
export function readEndpoint(directory: string): Endpoint | null {
  try {
    return Endpoint.parse(JSON.parse(readFileSync(join(directory, FILE), 'utf8')));
  } catch {
    return null;
  }
}
