import type { Place } from '../base/error.ts';
import { objectAt, objectsAt, textAt } from '../base/json.ts';
import { ANNOTATION_BACKING, annotation, type KubeObject, type Service, selects } from '../kube/objects.ts';
import { containersIn } from '../kube/references.ts';
import { storeSign } from '../kube/store-signs.ts';
import { podLabels, podSpecOf } from '../kube/workload.ts';
import type { Stack } from './stack.ts';

/** Where applications keep data, as opposed to what they can make again. */
const DATA_PATH = /(^|\/)(data|databases?|db|storage|uploads?|var\/lib\/[^/]+)(\/|$)/;

/** A Deployment of the stack that may keep data, although each revision has its own. */
export interface Doubt {
  readonly given: string;
  readonly place: Place;
  /** A predicate. */
  readonly why: string;
}

/** The Deployments of a stack that were taken for stateless and may not be, unless their annotation says so. */
export function doubtsIn({ own, services }: Pick<Stack, 'own' | 'services'>): Doubt[] {
  return own.flatMap(({ object, given, place }) => {
    if (object.kind !== 'Deployment' || annotation(object, ANNOTATION_BACKING) === 'false') return [];
    const why = whyDoubtful(object, services);
    return why === undefined ? [] : [{ given, place, why }];
  });
}

/** What to do about a doubt, as a sentence without its end. */
export function doubtText({ given, why }: Doubt): string {
  return `${given} is taken for stateless, so each revision has its own, but it ${why}. If that is data, annotate it ${ANNOTATION_BACKING}: "true"; if not, "false"`;
}

function whyDoubtful(deployment: KubeObject, services: readonly Service[]): string | undefined {
  const callers = services.filter(({ spec }) => selects(spec.selector ?? {}, podLabels(deployment)));
  const path = dataPaths(deployment)[0];
  return storeSign(deployment, callers)?.why ?? (path && `keeps ${path} in a volume that ends with the pod (emptyDir)`);
}

/** Paths that look like data and that lie in an `emptyDir` on disk. */
function dataPaths(deployment: KubeObject): string[] {
  const podSpec = podSpecOf(deployment);
  const scratch = objectsAt(podSpec, 'volumes').filter(
    (volume) => 'emptyDir' in volume && objectAt(volume, 'emptyDir').medium !== 'Memory',
  );
  const names = scratch.map((volume) => textAt(volume, 'name'));
  const mounts = containersIn(podSpec).flatMap((one) => objectsAt(one, 'volumeMounts'));
  return mounts
    .filter((mount) => names.includes(textAt(mount, 'name')))
    .flatMap((mount) => textAt(mount, 'mountPath') ?? [])
    .filter((path) => DATA_PATH.test(path));
}
