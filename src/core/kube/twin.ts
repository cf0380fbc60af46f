import type { Service } from './objects.ts';

/** What a stack offers to live routes with one of its Services: the name its twins share, and its ports by number and name. */
export interface Twin {
  readonly service: string;
  readonly base: string;
  readonly ports: readonly { readonly number: number; readonly name?: string }[];
}

/** What a Service offers to live routes under its base name. */
export function twinOf(service: Service, base: string): Twin {
  const ports = (service.spec.ports ?? []).map((port) => ({
    number: port.port,
    ...(port.name === undefined ? {} : { name: port.name }),
  }));
  return { service: service.metadata.name, base, ports };
}
