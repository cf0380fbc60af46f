import { nearest } from '../core/base/nearest.ts';
import type { RouteRef } from '../core/release/route.ts';
import { ROUTE_KINDS } from '../routes/registry.ts';
import { type InputForm, lines } from './form.ts';

const SUBDOMAIN = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
/** Kinds of routes that cannot be released, as the input would name them. */
const OTHER_ROUTES = [
  {
    kind: 'grpcroute',
    why: 'A GRPCRoute cannot be released: it matches services and methods, so there is no path below which a preview could be, and gRPC needs HTTP/2, which Greenpath does not speak to the proxy',
  },
] as const;

/** Values separated by new lines or commas, so that a form field of one line can hold several. */
export function readRouteInput(form: InputForm): RouteRef[] {
  const text = form.read('route');
  const given = lines(text.replaceAll(',', '\n'));
  const refs = given.flatMap((one) => routeNamed(one) ?? []);
  if (given.length > 0 && refs.length === given.length && new Set(given).size === given.length) return refs;
  const forms = ROUTE_KINDS.map((kind) => `${kind}/<name>`).join(' or ');
  const other = otherText(given);
  const meant = given.length === 1 && other === '' ? meantRoute(given[0] ?? '') : '';
  form.wrong('route', text, `${forms}, the live route, or several, one on each line${meant}${other}`);
  return [];
}

/** Why a kind of route that exists cannot be released. */
function otherText(given: readonly string[]): string {
  const found = OTHER_ROUTES.find(({ kind }) => given.some((one) => one.toLowerCase().startsWith(`${kind}/`)));
  return found === undefined ? '' : `. ${found.why}`;
}

/** A name without its kind, or with one that is mistyped. */
function meantRoute(text: string): string {
  const [, kind = '', name = ''] = /^(?:([^/]*)\/)?(.*)$/.exec(text) ?? [];
  const meant = kind === '' ? ROUTE_KINDS[0] : nearest(kind, ROUTE_KINDS);
  return meant !== undefined && SUBDOMAIN.test(name) ? `; did you mean ${meant}/${name}?` : '';
}

function routeNamed(text: string): RouteRef | undefined {
  const kind = ROUTE_KINDS.find((one) => text.startsWith(`${one}/`));
  const name = text.slice((kind ?? '').length + 1);
  return kind !== undefined && SUBDOMAIN.test(name) ? { kind, name } : undefined;
}
