import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PEERS } from './studies';

/**
 * A Python with the packages of peers/requirements.txt: $COXSWAIN_PYTHON, else the one in the cache. Null where there
 * is none; then the benchmark says how to get one.
 */
export function findPeerPython(): string | null {
  const candidates = [
    process.env.COXSWAIN_PYTHON,
    join(homedir(), '.cache', 'coxswain', 'peers', 'bin', 'python'),
  ];
  const python = candidates.find((path) => path !== undefined && existsSync(path)) ?? null;
  if (python === null) {
    console.log(
      '  no peers: python3 -m venv ~/.cache/coxswain/peers && ' +
        `~/.cache/coxswain/peers/bin/pip install -r ${PEERS}/requirements.txt (5 GB)`,
    );
  }
  return python;
}

/** Runs a script of peers/ to its end and returns what it printed. */
export function runPeer(python: string, script: string, args: readonly string[]): string {
  const { status, stdout, error } = spawnSync(python, [join(PEERS, script), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      COXSWAIN_COMMAND: `${process.execPath} dist/agent.cjs`,
    },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${script} ended with code ${status}`);
  return stdout;
}
