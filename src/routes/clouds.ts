import { GreenpathError } from '../core/base/error.ts';

/** What makes load balancers of a cloud for routes of a kind, behind which there can be no release. */
export interface Cloud {
  readonly name: string;
  readonly controllers: RegExp;
  /** The names that its classes have; undefined if every cluster has its own. */
  readonly classes?: RegExp;
  /** What it lacks, to follow its name. */
  readonly lacks: string;
}

/** What the cluster says of who serves a route. */
export interface ServedBy {
  /** The name of its class. */
  readonly name?: string | undefined;
  readonly controller?: string | undefined;
  /** The same as a sentence about the route, without its full stop. */
  readonly text: string;
}

/** A controller counts more than the name of a class. */
export function cloudAmong(clouds: readonly Cloud[], { name, controller }: Omit<ServedBy, 'text'>): Cloud | undefined {
  return clouds.find(({ controllers, classes }) =>
    controller === undefined ? name !== undefined && classes?.test(name) : controllers.test(controller),
  );
}

/** The refusal of a load balancer of a cloud. Where only the name of a class suggests it, the config may know better. */
export function cloudRefusal(
  clouds: readonly Cloud[],
  by: ServedBy,
  { isConfigured }: { isConfigured: boolean },
): GreenpathError | undefined {
  const cloud = cloudAmong(clouds, by);
  if (cloud === undefined || (isConfigured && by.controller === undefined)) return undefined;
  return new GreenpathError(
    'route',
    `${by.text}. That is ${cloud.name}, which ${cloud.lacks}`,
    'Put a router inside the cluster behind that load balancer, such as ingress-nginx, Traefik or an implementation of Gateway API, and let it serve the live route (docs/routers.md).',
  );
}
