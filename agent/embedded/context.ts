/** The name of context, cluster and user in the kubeconfig of an embedded cluster. */
export const EMBEDDED_CONTEXT = 'coxswain-embedded';
