/** Set by `drain pod`, as a label or annotation: names the Deployment that the pod belongs to. */
export const DRAINED_FROM = 'coxswain.dev/drained-from';

/** Set by `drain pod` as an annotation: the labels that it took away. */
export const DRAINED = 'coxswain.dev/drained';

/** What Coxswain makes carries this label with the value `coxswain`. */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
