import { slugOf } from '../../core/base/revision.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { Ingress } from './object.ts';
import { pathsOf } from './paths.ts';

/** The faults of the classic blue/green example that its Ingress can show; docs/classic-form.md. */
export function mistakesIn(ingress: Ingress): string[] {
  const [, target] =
    Object.entries(ingress.metadata.annotations ?? {}).find(([key]) => key.endsWith('/rewrite-target')) ?? [];
  const paths = pathsOf(ingress).filter((path) => !path.isFallback);
  const star = target !== undefined && paths.some(({ path }) => path === '/*');
  return [
    ...(star
      ? [
          `${nameOf(ingress)}: under rewrite-target: ${target} the live path /* drops the path: each request reaches the application as / (on Traefik /foo arrives as /f/o/o/). Write\n  - path: /()(.*)\n    pathType: ImplementationSpecific`,
        ]
      : []),
    ...paths
      .flatMap(({ service = '' }) => (service.includes('.') ? [service] : []))
      .map(
        (name) =>
          `${nameOf(ingress)} names the Service ${name}, and a Service's name cannot contain a dot. Write\n  name: ${slugOf(name)}`,
      ),
  ];
}
