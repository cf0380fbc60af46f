import { randomBytes } from 'node:crypto';
import { GreenpathError } from '../core/base/error.ts';
import type { PreviewKind } from '../core/base/preview-kind.ts';
import { ANNOTATION_PREVIEW, type KubeObject, LABEL_APP, label, nameOf } from '../core/kube/objects.ts';
import { leadsToOne, type RoutePath, servicesOf } from '../core/release/route.ts';
import type { PreviewRequest } from './requests.ts';
import type { Route } from './route-kind.ts';

/** Name of the object for the preview of one of an app's live routes, if it is beside that route. */
export function previewName(app: string, route: string, routes: readonly unknown[]): string {
  return routes.length === 1 ? `greenpath-${app}` : `greenpath-${app}.${route}`;
}

/** Refuses if somebody else's object has the name of one of the preview's (`preview-taken`); it is not changed. */
export function refuseForeignObject<T extends KubeObject>({ app, all }: PreviewRequest<T>, name: string): void {
  const held = all.find(({ ref }) => ref.name === name)?.object;
  if (held === undefined || label(held, LABEL_APP) === app) return;
  throw new GreenpathError(
    'preview-taken',
    `an ${nameOf(held)} exists that Greenpath did not create for app ${app}`,
    `Rename or remove that ${held.kind}, or choose another input app.`,
  );
}

/** Says of a preview's object how it is reached: the config may have left that to Greenpath. */
export function kindNote(kind: PreviewKind): Record<string, string> {
  return { [ANNOTATION_PREVIEW]: JSON.stringify(kind) };
}

/** Name of the object that parks an app's Services; further ones add a dot and a part of their own. */
export function parkingName(app: string): string {
  return `greenpath-${app}-parking`;
}

/** Tells external-dns that a route needs no record. */
export const NO_RECORDS = { 'external-dns.alpha.kubernetes.io/controller': 'greenpath' } as const;

/** A host under a top-level domain that never resolves (RFC 6761). */
export function parkingHost(app: string, namespace: string): string {
  return `${app}.${namespace}.greenpath.invalid`;
}

/** What nobody can guess, as parking has it. */
const TOKEN = '[0-9a-f]{32}';

/** A token of parking: the present one, or a random one where there is none, or somebody wrote another. */
export function parkingToken(present = ''): string {
  return new RegExp(`^${TOKEN}$`).test(present) ? present : randomBytes(16).toString('hex');
}

/** The same as a path. */
export function parkingPath(present = ''): string {
  return `/${parkingToken(present.replace('/', ''))}`;
}

/**
 * What opens parking, whosever it is: the unguessable parts of paths, and the values of headers. Nobody may read them in
 * a log or summary: behind some routers nothing else keeps people out. Empty for any other object.
 */
export function parkingTokens(objects: readonly KubeObject[]): string[] {
  return objects.filter(isParkingOfAny).flatMap(({ metadata, spec }) => {
    const text = JSON.stringify([metadata.annotations, spec]);
    return [...text.matchAll(new RegExp(`"/?(${TOKEN})"`, 'g'))].flatMap(([, token]) => token ?? []);
  });
}

/** Whether Greenpath created an object for a preview of `app`. */
export function isOwnPreview(object: KubeObject, app: string): boolean {
  return label(object, LABEL_APP) === app && isNamed(object, `greenpath-${app}`);
}

/** Whether Greenpath created an object for `app`: a preview, or parking. */
export function isOwnRoute(object: KubeObject, app: string): boolean {
  return isOwnPreview(object, app) || isParking(object, app);
}

/** Whether Greenpath created a route, for whichever app. */
export function isOwnOfAny(object: KubeObject): boolean {
  const app = label(object, LABEL_APP);
  return app !== undefined && isOwnRoute(object, app);
}

/** Whether a path of `object` leads to a live Service of the app, whether the input `route` names that route or not. */
export function leadsToLive(
  { namespace, routes }: Pick<PreviewRequest, 'namespace' | 'routes'>,
  { metadata }: KubeObject,
): (path: Pick<RoutePath, 'service'>) => boolean {
  const isHere = (metadata.namespace ?? namespace) === namespace;
  return leadsToOne(isHere ? servicesOf(routes.flatMap(({ rules }) => rules)) : []);
}

/** Whether Greenpath created an object to park Services of `app`. */
function isParking(object: KubeObject, app: string): boolean {
  return label(object, LABEL_APP) === app && isNamed(object, parkingName(app));
}

/** The same for whichever app, also if somebody took the label from it. */
function isParkingOfAny({ metadata: { name } }: KubeObject): boolean {
  return new RegExp(`^${parkingName('.+')}(?:\\.|$)`).test(name);
}

/**
 * Whether this is parking of `app` that somebody took the label from: nobody else's route has that name and no label of
 * an app. It is not used until `deploy-green` has labelled it again, and it is no foreign route.
 */
export function isUnlabelledParking(object: KubeObject, app: string): boolean {
  return label(object, LABEL_APP) === undefined && isNamed(object, parkingName(app));
}

/** Parking of `app` as it was read. */
export function parkingIn(app: string, routes: readonly Route[]): Route[] {
  return routes.filter(({ object }) => isParking(object, app));
}

/** The Services that parking names. */
export function parkedServices(parking: readonly Route[]): Set<string> {
  return new Set(parking.flatMap(({ paths }) => paths.flatMap(({ service }) => service ?? [])));
}

/** Whether an object has this name, or it and, after a dot, a part of its own. */
export function isNamed({ metadata }: KubeObject, name: string): boolean {
  return metadata.name === name || metadata.name.startsWith(`${name}.`);
}
