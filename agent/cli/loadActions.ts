import { openEmbeddedClient } from '../embedded/control/client';
import type { LoadShape } from '../sim/load';
import { chooseLoad } from '../simulate/loadChoice';
import type { LoadProfile } from '../simulate/loadProfiles';
import { print } from './output';
import { workloadIdOf } from './workloadArgument';

export interface LoadCommandOptions {
  profile?: LoadProfile;
  stages?: string;
  trace?: string;
  scale: number;
  /** Nobody asks anything of it any more. */
  off?: boolean;
  kubeconfig?: string;
  context?: string;
}

/** Sets the load of a Service of the embedded cluster, from now on. The Service has the workload's name. */
export async function setLoad(workload: string, options: LoadCommandOptions): Promise<void> {
  const [namespace = '', , service = ''] = workloadIdOf(workload).split('/');
  const { title, shape } = await loadOf(options);
  const cluster = await openEmbeddedClient(options.kubeconfig, options.context);
  try {
    const { previous } = await cluster.setLoad({ namespace, service, load: shape });
    print(`${workload}: ${title}; before ${previous === null ? 'no load' : previous.kind}`);
  } finally {
    await cluster.close();
  }
}

async function loadOf(options: LoadCommandOptions): Promise<{ title: string; shape: LoadShape | null }> {
  if (options.off) return { title: 'no load', shape: null };
  const load = await chooseLoad(options);
  return { title: load.title, shape: load.shape(0) };
}
