import { parseArgs } from 'node:util';
import { runKeeper } from './realKeeper';

/*
 * The keeper as a bundle of its own, with the arguments of `coxswain keeper`: it waits for as long as the agent lives,
 * and the whole program would take four times its memory.
 */
const text = { type: 'string', default: '' } as const;
const { values } = parseArgs({
  allowPositionals: true,
  options: { kubeconfig: { type: 'string' }, context: text, agent: text, journal: text, 'state-dir': text },
});

void runKeeper({
  kubeconfigPath: values.kubeconfig,
  context: values.context,
  stateDirectory: values['state-dir'],
  journalDirectory: values.journal,
  agentId: values.agent,
});
