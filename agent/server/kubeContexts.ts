import { listContexts, loadKubeconfig } from '../cluster/kubeconfig';
import { type Result, toErrorInfo } from '../protocol';

/** Answers `contexts`: what is in a kubeconfig, or why it cannot be read. */
export function kubeContexts(path: string | undefined): Result<'contexts'> {
  try {
    return { contexts: listContexts(loadKubeconfig({ path })), error: null };
  } catch (error) {
    return { contexts: [], error: toErrorInfo(error) };
  }
}
