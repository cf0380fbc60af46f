import { type JsonObject, textAt } from '../base/json.ts';
import { isHeadless } from '../kube/exposure.ts';
import { hookPoint } from '../kube/hooks.ts';
import { addressesIn, aliasesOf, hostnamesIn, hostnamesOf, UNASSIGNED, withAliases } from '../kube/host-aliases.ts';
import type { KubeObject, Service } from '../kube/objects.ts';
import { namesText } from '../kube/revision-services.ts';
import { stackKindOf } from '../kube/turns.ts';
import { baseOf } from './normalize.ts';

/**
 * With more Services than this, none is wired: the template of each pod holds the names of all of them, so the size of a
 * release grows with the square of their number (200 Services and Deployments: 455 MiB in `deploy-green`).
 */
const MOST_SERVICES = 64;

/** The names by which the pods of a stack call one of its own Services without knowing of revisions. */
export interface OwnName {
  /** The name of the stack's own Service. */
  readonly service: string;
  readonly baseName: string;
  readonly hostnames: readonly string[];
}

/** What the plain names of a stack's Services are inside its pods. */
export interface OwnNames {
  /** Those that reach the stack's own Services. */
  readonly own: readonly OwnName[];
  /** Base names of Services without an address, which a hosts file cannot hold. */
  readonly headless: readonly string[];
  /** How many Services are not wired because they are too many; 0 if they are wired. */
  readonly tooMany: number;
}

/** The addresses of Services, of both families, by the names of the Services. */
export type Addresses = ReadonlyMap<string, readonly string[]>;

/** What the pods of a stack reach by plain names. */
export interface PlainNames extends OwnNames {
  /** The addresses of those of its Services that exist already. */
  readonly known: Addresses;
}

/** The plain names of a stack's Services, sorted, so that pod templates do not depend on the order of manifests. */
export function ownNames(services: readonly Service[], namespace: string): OwnNames {
  const sorted = services.toSorted((a, b) => (baseOf(a) < baseOf(b) ? -1 : 1));
  const named = sorted.filter((service) => !isHeadless(service));
  const tooMany = named.length > MOST_SERVICES ? named.length : 0;
  const own = tooMany > 0 ? [] : named;
  return {
    own: own.map((service) => ({
      service: service.metadata.name,
      baseName: baseOf(service),
      hostnames: hostnamesOf(baseOf(service), namespace),
    })),
    headless: sorted.filter(isHeadless).map(baseOf),
    tooMany,
  };
}

/** The addresses that the server has assigned to these Services. */
export function addressesOf(services: readonly KubeObject[]): Map<string, readonly string[]> {
  return new Map(services.map((service) => [service.metadata.name, addressesIn(service)]));
}

/**
 * The object as it is sent: the hosts file of its pods has the plain names of the stack's own Services that have an
 * address. Names that the manifest itself puts there keep their addresses. A `pre-deploy` hook is not changed, since it
 * runs before the stack has any pods. The argument is not changed.
 */
export function withOwnNames(object: KubeObject, { own }: OwnNames, addresses: Addresses): KubeObject {
  if (own.length === 0 || !stackKindOf(object).makesPods || hookPoint(object) === 'pre-deploy') return object;
  const aliases = aliasesOf(object).map((alias) => ({ ...alias }));
  const taken = new Set(aliases.flatMap(hostnamesIn));
  for (const { service, hostnames } of own) {
    const free = hostnames.filter((name) => !taken.has(name));
    for (const ip of free.length === 0 ? [] : (addresses.get(service) ?? [])) {
      // The server merges this list by address, so each address stands in it once.
      const present = aliases.find((alias) => textAt(alias, 'ip') === ip);
      if (present === undefined) aliases.push({ ip, hostnames: free });
      else present.hostnames = [...hostnamesIn(present), ...free];
    }
  }
  return withAliases(object, aliases);
}

/**
 * The object as a dry run sends it: one entry has the names whose addresses are not assigned yet, since the server
 * validates the field, and a policy may refuse it.
 */
export function withAssumed(object: KubeObject, names: PlainNames): KubeObject {
  const assumed = names.own.map(({ service }) => [service, names.known.get(service) ?? [UNASSIGNED]] as const);
  return withOwnNames(object, names, new Map(assumed));
}

/** The object without that entry, as it is shown. */
export function withoutAssumed(object: KubeObject): KubeObject {
  const isAssumed = (alias: JsonObject) => textAt(alias, 'ip') === UNASSIGNED;
  const aliases = aliasesOf(object);
  if (!aliases.some(isAssumed)) return object;
  return withAliases(
    object,
    aliases.filter((alias) => !isAssumed(alias)),
  );
}

/** What the plain names are inside the pods of `revision`, as one line; undefined if there is nothing to say. */
export function plainNamesText({ own, headless, tooMany }: OwnNames, revision: string): string | undefined {
  const wired = namesText(own.map(({ baseName }) => baseName));
  const rest = namesText(headless);
  const parts = [
    ...(wired === '' ? [] : [`${wired} → this revision's own`]),
    ...(tooMany === 0 ? [] : [`${tooMany} Services (more than ${MOST_SERVICES}) → the live revision's`]),
    ...(rest === '' ? [] : [`${rest} (headless) → the live revision's`]),
  ];
  return parts.length === 0 ? undefined : `Plain names in the pods of ${revision}: ${parts.join('; ')}`;
}
