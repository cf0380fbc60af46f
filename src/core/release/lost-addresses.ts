import { textAt } from '../base/json.ts';
import { addressesIn, aliasesOf, hostnamesIn, hostnamesOf } from '../kube/host-aliases.ts';
import { isOfKind } from '../kube/identity.ts';
import { KIND } from '../kube/kinds.ts';
import { type KubeObject, nameOf, type Service } from '../kube/objects.ts';
import type { Release } from './record.ts';

/** The Services of the stack that somebody created again since the release was recorded. */
export function recreatedServices(
  services: readonly Service[],
  { counterparts, objects }: Pick<Release, 'counterparts' | 'objects'>,
): Service[] {
  return services.filter(({ metadata: { name, uid } }) => {
    const before = objects.find((one) => one.name === name && isOfKind(one, KIND.Service));
    return counterparts.some(({ service }) => service === name) && before !== undefined && before.uid !== uid;
  });
}

/**
 * What is wrong if somebody created a Service of the stack again: it has another address, and the hosts file of the
 * pods still has the old one. Undefined if the pods know the address, or none.
 */
export function lostAddress(
  workloads: readonly KubeObject[],
  services: readonly Service[],
  release: Pick<Release, 'counterparts' | 'objects'>,
): string | undefined {
  for (const service of recreatedServices(services, release)) {
    const counterpart = release.counterparts.find((one) => one.service === service.metadata.name);
    const now = addressesIn(service);
    for (const workload of workloads) {
      // A manifest may give the short name an address of its own, and leaves the longest one to Greenpath.
      const longest = hostnamesOf(counterpart?.baseName ?? '', workload.metadata.namespace ?? '').at(-1) ?? '';
      const known = aliasesOf(workload)
        .filter((alias) => hostnamesIn(alias).includes(longest))
        .map((alias) => textAt(alias, 'ip') ?? '');
      const old = known.find((address) => !now.includes(address));
      if (old !== undefined)
        return `${nameOf(service)} was created again with another address, which the pods of ${nameOf(workload)} do not know: they call ${old}`;
    }
  }
  return undefined;
}
