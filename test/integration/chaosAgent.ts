/**
 * An agent for the tests beside it, which kill it: on the cluster of a kubeconfig, with a state directory, a mode, the
 * folder of the program, and as JSON what is different in its config.
 */
import { writeSync } from 'node:fs';
import { type Config, DEFAULT_CONFIG } from '../../agent/config/schema';
import { fixedConfig } from '../../agent/config/source';
import { Mode } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';

const [, , kubeconfig = '', stateDirectory = '', mode = '', assetsDirectory = '', changes = '{}'] =
  process.argv;
const { canary, ...more } = JSON.parse(changes) as Partial<Config>;
const config: Config = {
  ...DEFAULT_CONFIG,
  ...more,
  mode: Mode.parse(mode),
  canary: { ...DEFAULT_CONFIG.canary, ...canary },
};
const agent = await Agent.start({
  version: '0.0.0',
  stateDirectory,
  openConfig: () => fixedConfig(config),
  trusted: true,
  assetsDirectory,
  log: () => undefined,
});
await agent.handle('connect', { kubeconfig }, 'test');
writeSync(1, 'connected\n');
