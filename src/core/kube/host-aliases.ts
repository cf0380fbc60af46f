import { type JsonObject, objectAt, objectsAt, textAt } from '../base/json.ts';
import { type KubeObject, LABEL_NAME, label } from './objects.ts';
import { podTemplateOf } from './workload.ts';

/**
 * Stands for an address in a dry run, since the server assigns it when it creates the Service. No manifest has it, as
 * 0.0.0.0 would be one that blocks a name: it is reserved for documentation (RFC 5737).
 */
export const UNASSIGNED = '192.0.2.255';

/** The entries of the hosts file that an object adds to its pods. */
export function aliasesOf(object: KubeObject): JsonObject[] {
  return objectsAt(podTemplateOf(object), 'spec', 'hostAliases');
}

/** The names in such an entry. */
export function hostnamesIn(alias: JsonObject): string[] {
  return Array.isArray(alias.hostnames) ? alias.hostnames.filter((name) => typeof name === 'string') : [];
}

/** The object with these entries and no others. The argument is not changed. */
export function withAliases(object: KubeObject, hostAliases: JsonObject[]): KubeObject {
  const copy = structuredClone(object);
  const { hostAliases: _, ...spec } = objectAt(podTemplateOf(copy), 'spec');
  podTemplateOf(copy).spec = hostAliases.length === 0 ? spec : { ...spec, hostAliases };
  return copy;
}

/** Every form in which a pod may write the name of a Service of its namespace; only the usual cluster domain is known. */
export function hostnamesOf(name: string, namespace: string): string[] {
  return [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
}

/** The addresses that the server has assigned to a Service: one of each family that it has. */
export function addressesIn(service: KubeObject): string[] {
  const { clusterIPs, clusterIP } = objectAt(service, 'spec');
  const assigned = Array.isArray(clusterIPs) ? clusterIPs : [clusterIP];
  return assigned.filter((one) => typeof one === 'string' && one !== '' && one !== 'None') as string[];
}

/** The object without the names that Greenpath gave the addresses of these Services of its stack. */
export function withoutOwnNames(object: KubeObject, services: readonly KubeObject[]): KubeObject {
  const aliases = aliasesOf(object);
  if (aliases.length === 0) return object;
  const { namespace = '' } = object.metadata;
  const own = new Set(services.flatMap((service) => hostnamesOf(label(service, LABEL_NAME) ?? '', namespace)));
  const addresses = new Set([UNASSIGNED, ...services.flatMap(addressesIn)]);
  const kept = aliases.flatMap((alias) => {
    if (!addresses.has(textAt(alias, 'ip') ?? '')) return [alias];
    const hostnames = hostnamesIn(alias).filter((name) => !own.has(name));
    return hostnames.length === 0 ? [] : [{ ...alias, hostnames }];
  });
  return withAliases(object, kept);
}
