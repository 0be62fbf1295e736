import { listContexts, loadKubeconfig } from '../cluster/kubeconfig';
import { formatTable, print } from './output';

/** As `kubectl config get-contexts` prints them. */
export function listContextsCommand(options: { kubeconfig?: string }): void {
  const rows = listContexts(loadKubeconfig({ path: options.kubeconfig })).map((context) => [
    context.current ? '*' : '',
    context.name,
    context.cluster,
    context.user,
    context.namespace ?? '',
  ]);
  print(formatTable(['CURRENT', 'NAME', 'CLUSTER', 'USER', 'NAMESPACE'], rows));
}
