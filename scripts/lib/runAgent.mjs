import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

const FORCE_AFTER_MS = 2000;

/**
 * Runs `coxswain <args>` from dist/ in this very process: signals, exit code and stdio are the agent's own, and
 * no child can be left behind.
 * @param {string[]} args
 */
export function runAgent(args) {
  endInOrder();
  const agent = join(ROOT, 'dist', 'agent.cjs');
  process.setSourceMapsEnabled(true);
  process.argv = [process.execPath, agent, ...args];
  createRequire(import.meta.url)(agent);
}

/**
 * npm passes on a Ctrl-C that the terminal has sent to us as well. The second one must not cut the agent's orderly
 * end short; a later one, from a person who has lost patience, may.
 */
function endInOrder() {
  let firstAtMs = 0;
  process.on('SIGINT', () => {
    firstAtMs ||= Date.now();
    if (Date.now() - firstAtMs > FORCE_AFTER_MS) process.exit(130);
  });
}
