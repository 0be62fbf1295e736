/** An agent for the tests beside it, which kill it: on the cluster of a kubeconfig, with a state directory and a mode. */
import { writeSync } from 'node:fs';
import { DEFAULT_CONFIG } from '../../agent/config/schema';
import { fixedConfig } from '../../agent/config/source';
import { Mode } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';

const [, , kubeconfig = '', stateDirectory = '', mode = ''] = process.argv;
const agent = await Agent.start({
  version: '0.0.0',
  stateDirectory,
  openConfig: () => fixedConfig({ ...DEFAULT_CONFIG, mode: Mode.parse(mode) }),
  trusted: true,
  assetsDirectory: stateDirectory,
  log: () => undefined,
});
await agent.handle('connect', { kubeconfig }, 'test');
writeSync(1, 'connected\n');
