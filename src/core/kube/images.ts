import type { Json } from '../base/json.ts';
import { objectsAt, textAt } from '../base/json.ts';

/** `ghcr.io/acme/web:1.2@sha256:…` → `ghcr.io/acme/web`: everything before tag and digest. */
export function imageName(reference: string): string {
  const withoutDigest = reference.split('@', 1)[0] ?? '';
  const slash = withoutDigest.lastIndexOf('/');
  const colon = withoutDigest.indexOf(':', slash + 1);
  return colon < 0 ? withoutDigest : withoutDigest.slice(0, colon);
}

/**
 * Sets the image of every container and init container in `podSpec` (changed in place) whose image name equals one of
 * the names in `images`. Returns the names that were used.
 */
export function setImages(podSpec: Json, images: ReadonlyMap<string, string>): string[] {
  const used: string[] = [];
  for (const container of [...objectsAt(podSpec, 'containers'), ...objectsAt(podSpec, 'initContainers')]) {
    const name = imageName(textAt(container, 'image') ?? '');
    const reference = images.get(name);
    if (reference === undefined) continue;
    container.image = reference;
    used.push(name);
  }
  return used;
}

/**
 * How a kubelet identifies the running image, without where it was pulled from: a mirror serves the same image under
 * another name.
 */
export function imageDigest(imageId: string): string {
  return /@(sha\d+:[0-9a-f]+)$/.exec(imageId)?.[1] ?? imageId;
}
