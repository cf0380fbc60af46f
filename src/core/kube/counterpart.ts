import type { Service } from './objects.ts';

/**
 * What one Service of a stack offers to live routes: the base name that its counterparts share, and its ports by number
 * and name.
 */
export interface OfferedService {
  readonly service: string;
  readonly baseName: string;
  readonly ports: readonly { readonly number: number; readonly name?: string }[];
}

/** What a Service offers to live routes under its base name. */
export function offeredService(service: Service, baseName: string): OfferedService {
  const ports = (service.spec.ports ?? []).map((port) => ({
    number: port.port,
    ...(port.name === undefined ? {} : { name: port.name }),
  }));
  return { service: service.metadata.name, baseName, ports };
}
