import { GreenpathError } from '../core/base/error.ts';
import { KIND } from '../core/kube/kinds.ts';
import type { EndpointSlice, Ingress, Service } from '../core/kube/objects.ts';
import { readableIngress } from '../core/kube/shape.ts';
import type { Run } from './run.ts';

/** What was read of the namespace. */
export interface Namespace {
  readonly ingresses: readonly Ingress[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
}

/** The live routes in the order of the input; those that do not exist as the manifests have them. */
export interface Routes {
  readonly found: readonly { readonly ingress: Ingress; readonly exists: boolean }[];
}

/** Reads the Ingresses, Services and EndpointSlices of the namespace: three requests, however many there are. */
export async function readNamespace(run: Run): Promise<Namespace> {
  const [ingresses, services, slices] = await Promise.all([
    run.api.list<Ingress>(KIND.Ingress),
    run.api.list<Service>(KIND.Service),
    run.api.list<EndpointSlice>(KIND.EndpointSlice),
  ]);
  return { ingresses: ingresses.map(readableIngress), services, slices };
}

/** The same with the live routes; throws `route` if one neither exists nor is among `planned`, the manifests' Ingresses. */
export function requireRoutes(run: Run, namespace: Namespace, planned: readonly Ingress[] = []): Namespace & Routes {
  const { ingresses } = namespace;
  const found = run.inputs.routes.map((name) => {
    const byName = (one: Ingress) => one.metadata.name === name;
    const present = ingresses.find(byName);
    const ingress = present ?? planned.find(byName);
    if (ingress !== undefined) return { ingress, exists: present !== undefined };
    throw missingRoute(run, name, namespace);
  });
  return { ...namespace, found };
}

/** A namespace that does not exist reads as an empty one. */
function missingRoute(run: Run, name: string, { ingresses, services }: Namespace): GreenpathError {
  const { namespace } = run.api;
  const names = ingresses.map((one) => one.metadata.name).join(', ');
  const deploys = run.inputs.sources.length > 0;
  const isEmpty = ingresses.length === 0 && services.length === 0;
  return new GreenpathError(
    'route',
    `Ingress ${name} does not exist in namespace ${namespace} (there: ${names || 'none'})${deploys ? ', nor is it in the manifests' : ''}`,
    [
      isEmpty
        ? `Check the input namespace first: there is neither an Ingress nor a Service in ${namespace}, as in one that does not exist.`
        : 'Check the inputs route and namespace.',
      ...(deploys ? ['Or put the Ingress into the manifests: the first promote creates it.'] : []),
    ].join(' '),
  );
}
