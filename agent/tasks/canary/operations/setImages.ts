import type { ResourceAddress, ReversibleChange, Write } from '../../../safety/change';

export interface ContainerImage {
  name: string;
  image: string;
}

interface ImagesOf {
  resource: ResourceAddress;
  uid: string;
  /** Of the pod template, in its order. */
  containers: readonly ContainerImage[];
}

/**
 * Sets images in a pod template, as `kubectl set image` does: the container `*` stands for all. Its inverse is not sent
 * by itself, as it would be a release of its own.
 *
 * @returns why not, in words, where a container is not there or all have their image already
 */
export function setImages(
  { resource, uid, containers }: ImagesOf,
  images: readonly { container: string; image: string }[],
): ReversibleChange | { why: string } {
  const unknown = images.find(
    ({ container }) => container !== '*' && !containers.some(({ name }) => name === container),
  );
  if (unknown) {
    const names = containers.map(({ name }) => name).join(', ');
    return {
      why: `there is no container ${unknown.container}; there ${containers.length === 1 ? 'is' : 'are'} ${names}`,
    };
  }
  const wanted = containers.map(({ name, image }) => ({
    name,
    from: image,
    to: images.findLast(({ container }) => container === name || container === '*')?.image ?? image,
  }));
  const changed = wanted.filter(({ from, to }) => from !== to);
  if (changed.length === 0)
    return { why: `it runs ${containers.map(({ image }) => image).join(', ')} already` };
  const patch = (forward: boolean): Write => ({
    verb: 'json-patch',
    resource,
    operations: [
      { op: 'test', path: '/metadata/uid', value: uid },
      ...wanted.flatMap(({ name, from, to }, index) => {
        if (from === to) return [];
        const at = `/spec/template/spec/containers/${index}`;
        return [
          { op: 'test' as const, path: `${at}/name`, value: name },
          { op: 'test' as const, path: `${at}/image`, value: forward ? from : to },
          { op: 'replace' as const, path: `${at}/image`, value: forward ? to : from },
        ];
      }),
    ],
  });
  return {
    description: `set ${changed.map(({ name, to }) => `${name}=${to}`).join(', ')} on ${resource.name}`,
    write: patch(true),
    inverse: { kind: 'write', write: patch(false), safe: false },
  };
}
