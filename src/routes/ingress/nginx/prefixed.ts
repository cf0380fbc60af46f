import { GreenpathError } from '../../../core/base/error.ts';
import type { KubeObject } from '../../../core/kube/objects.ts';
import type { PlannedFor, Route } from '../../route-kind.ts';
import type { IngressRouter } from '../ingress-router.ts';
import type { Ingress } from '../object.ts';
import { PREFIX } from './annotations.ts';
import { nginx } from './router.ts';

/** Those that exist: routes of one router have one and the same. */
const KNOWN = new Map<string, IngressRouter>();

/** ingress-nginx that was started with this `--annotations-prefix`: it reads no annotations of any other. */
export function nginxReading(prefix: string): IngressRouter {
  const known = KNOWN.get(prefix) ?? prefixed(`${prefix}/`);
  KNOWN.set(prefix, known);
  return known;
}

/**
 * The router with the two prefixes exchanged, in what it is given and in what it says. Exchanged, and not replaced:
 * annotations with the usual prefix are those of another router to this one.
 */
function prefixed(own: string): IngressRouter {
  const { keys, text, object, route, said } = exchange(own);
  return {
    ...nginx,
    isPreview: (live, prefix, path) => nginx.isPreview(object(live), prefix, path),
    previews: (request) =>
      said(() =>
        nginx
          .previews({
            ...request,
            settings: { ...request.settings, annotations: keys(request.settings.annotations) },
            routes: request.routes.map(route),
            all: request.all.map(route),
            elsewhere: (request.elsewhere ?? []).map(object),
          })
          .map(({ objects, patch }) => ({ objects: objects.map(object), patch })),
      ),
    parking: (request) =>
      nginx
        .parking({
          ...request,
          annotations: keys(request.annotations),
          routes: request.routes.map(route),
          present: request.present.map(route),
        })
        .map(object),
    differing: (routes) => (nginx.differing?.(routes.map(route)) ?? []).map(text),
    joined: (previews) => nginx.joined?.(previews.map(object)) ?? [],
    asksFor: (preview, header) => nginx.asksFor?.(object(preview), header) ?? false,
    refuseSwitch: (routes, previews) => said(() => nginx.refuseSwitch?.(routes.map(route), previews.map(route))),
    canaries: (request) =>
      nginx.canaries({ ...request, routes: request.routes.map(route), all: request.all.map(route) }),
    cause: (live, refusal, more) => {
      const cause = nginx.cause(object(live), refusal, keys(more));
      return cause && text(cause);
    },
  };
}

function exchange(own: string) {
  const key = (one: string) => {
    if (one.startsWith(own)) return PREFIX + one.slice(own.length);
    return one.startsWith(PREFIX) ? own + one.slice(PREFIX.length) : one;
  };
  const keys = (annotations: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(annotations).map(([name, value]) => [key(name), value]));
  const text = (one: string) =>
    one.replaceAll(/[\w.-]+\//g, (word) => (word === PREFIX ? own : word === own ? PREFIX : word));
  // One object stands for one object, since some are looked for among others.
  const seen = new WeakMap<KubeObject, KubeObject>();
  const object = <T extends KubeObject>(one: T): T => {
    const { annotations } = one.metadata;
    const known =
      seen.get(one) ?? (annotations ? { ...one, metadata: { ...one.metadata, annotations: keys(annotations) } } : one);
    seen.set(one, known);
    return known as T;
  };
  const route = <T extends Route<Ingress> | PlannedFor<Ingress>>(one: T): T => ({ ...one, object: object(one.object) });
  const said = <T>(call: () => T): T => {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof GreenpathError)) throw error;
      const { code, message, next, problems } = error;
      throw new GreenpathError(code, text(message), text(next), { problems, cause: error });
    }
  };
  return { keys, text, object, route, said };
}
