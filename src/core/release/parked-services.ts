import { LABEL_APP, label, type Service } from '../kube/objects.ts';
import { baseNameOf, type RevisionServices, type ServiceReading } from '../kube/revision-services.ts';
import type { LiveRule } from './live.ts';
import type { RoutePath } from './route.ts';

/** A Service and the port by which routes name it. */
export interface Parked {
  readonly service: string;
  readonly port: number | string;
}

/** What parking depends on. */
interface ParkingFacts {
  readonly services: readonly Service[];
  readonly routes: readonly { readonly rules: readonly LiveRule[]; readonly exists: boolean }[];
  /** Sides whose Services may not all exist yet. */
  readonly sides: readonly RevisionServices[];
  /** The paths of the present parking. */
  readonly present: readonly Pick<RoutePath, 'service' | 'port'>[];
  /** Services that will be removed. */
  readonly without: readonly string[];
}

/**
 * The Services that parking names: the live ones, those of `sides`, those of every other existing stack of the app, with
 * the ports that the live routes name, and what it names already; each once, and none of `without`. Nothing but parking
 * may know that a Service without labels was live before the last switch.
 */
export function parkedBy(
  { services, routes, sides, present: before, without }: ParkingFacts,
  { app, revisionLabel }: ServiceReading,
): Parked[] {
  const bases = new Map<string, string>();
  for (const service of services.filter((one) => label(one, LABEL_APP) === app)) {
    const { name } = service.metadata;
    bases.set(name, baseNameOf(name, service, revisionLabel));
  }
  for (const side of sides) for (const [baseName, name] of Object.entries(side.services)) bases.set(name, baseName);
  const present = new Set(services.map((service) => service.metadata.name));
  const parked = routes.flatMap(({ rules, exists }) =>
    rules.flatMap(({ service, baseName, port }): Parked[] => {
      const counterparts = [...bases].filter(([, own]) => own === baseName).map(([name]) => name);
      const live = exists && present.has(service) ? [service] : [];
      return [...live, ...counterparts].map((name) => ({ service: name, port }));
    }),
  );
  const named = new Set(parked.map(({ service }) => service));
  const kept = before.flatMap(({ service = '', port = '' }) =>
    present.has(service) && !named.has(service) ? [{ service, port }] : [],
  );
  const unique = new Map([...parked, ...kept].map((one) => [`${one.service}:${one.port}`, one]));
  return [...unique.values()].filter(({ service }) => !without.includes(service)).toSorted(byName);
}

function byName(a: Parked, b: Parked): number {
  return a.service < b.service ? -1 : a.service > b.service ? 1 : 0;
}
