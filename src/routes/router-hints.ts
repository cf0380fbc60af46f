import { GreenpathError } from '../core/base/error.ts';
import type { KubeObject } from '../core/kube/objects.ts';

/** What says which router serves a route, besides the route itself. */
export interface RouterHints {
  /** The setting `router` of the config. */
  readonly configured?: string | undefined;
  /** The setting `annotations-prefix`. */
  readonly prefix?: string | undefined;
  /** The objects of `classes` of the adapter; undefined if they were not read. */
  readonly classes?: readonly KubeObject[] | undefined;
  /** What was read of the objects that the routes are attached to. */
  readonly parents?: readonly KubeObject[] | undefined;
}

/** What only the cluster can say, as a clause. */
export interface Undecided {
  readonly what: string;
  /** Whether a name suggests a router all the same, so that the route can be judged as if it were that one's. */
  readonly isNamed: boolean;
}

/**
 * A router, and what shows that it serves the routes: the controller that the cluster names, the config, or only the
 * name of a class. Names prove nothing: then `deploy-green` goes on only if it sees the router do what this one does.
 */
export interface Chosen<R> {
  readonly router: R;
  readonly by: 'controller' | 'config' | 'name';
  /** Why no candidate may be deployed there. What is deployed must still be able to leave. */
  readonly refusal?: GreenpathError | undefined;
}

/** The refusal of the setting `annotations-prefix` where a router serves the routes that has no use for it. */
export function unreadPrefix({ name }: { readonly name: string }): GreenpathError {
  return new GreenpathError(
    'route',
    `the config sets annotations-prefix, which the router ${name} does not read`,
    'Remove annotations-prefix from the config.',
  );
}
