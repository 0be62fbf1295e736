/** The tag by which an image says that it is not there. */
const MISSING_TAG = 'coxswain-missing';

/** The image that Chaos Mesh's pod-failure puts in place of a container's own. It runs, and serves nothing. */
export const PAUSE_IMAGE = 'gcr.io/google-containers/pause:latest';

/**
 * Whether no registry has the image: its tag is `coxswain-missing`, or its registry is below `.invalid`, which no name
 * server knows (RFC 2606). Everything else can be pulled, as nothing of an image is run.
 */
export function isMissingImage(image: string): boolean {
  const [registry = '', ...path] = image.split('/');
  const hasRegistry = path.length > 0 && registry.replace(/:\d+$/, '').endsWith('.invalid');
  return hasRegistry || image.endsWith(`:${MISSING_TAG}`);
}

/** Whether the image runs without serving anything. */
export function isPauseImage(image: string): boolean {
  return /(^|\/)pause(:|@|$)/.test(image);
}

/** What the container runtime answers when it is to pull an image that is missing. */
export function pullFailure(image: string): string {
  const reference = /:[^/]+$/.test(image) ? image : `${image}:latest`;
  return (
    `rpc error: code = NotFound desc = failed to pull and unpack image "${reference}": ` +
    `failed to resolve reference "${reference}": ${reference}: not found`
  );
}
