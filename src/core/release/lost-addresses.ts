import { textAt } from '../base/json.ts';
import { addressesIn, aliasesOf, hostnamesIn, hostnamesOf } from '../kube/host-aliases.ts';
import { isOfKind } from '../kube/identity.ts';
import { KIND } from '../kube/kinds.ts';
import { type KubeObject, nameOf, type Service } from '../kube/objects.ts';
import type { Release } from './record.ts';

/**
 * What is wrong if somebody created a Service of the stack again: it has another address, and the hosts file of the
 * pods still has the old one. Undefined if the pods know the address, or none.
 */
export function lostAddress(
  workloads: readonly KubeObject[],
  services: readonly Service[],
  { counterparts, objects }: Pick<Release, 'counterparts' | 'objects'>,
): string | undefined {
  for (const { service: name, baseName } of counterparts) {
    const service = services.find((one) => one.metadata.name === name);
    const before = objects.find((one) => one.name === name && isOfKind(one, KIND.Service));
    if (service === undefined || before === undefined || before.uid === service.metadata.uid) continue;
    const now = addressesIn(service);
    // A manifest may give the short name an address of its own, and leaves the longest one to Greenpath.
    const isOld = (workload: KubeObject) => {
      const longest = hostnamesOf(baseName, workload.metadata.namespace ?? '').at(-1) ?? '';
      return aliasesOf(workload).some(
        (alias) => hostnamesIn(alias).includes(longest) && !now.includes(textAt(alias, 'ip') ?? ''),
      );
    };
    const workload = workloads.find(isOld);
    if (workload !== undefined)
      return `${nameOf(service)} was created again with another address, which the pods of ${nameOf(workload)} do not know`;
  }
  return undefined;
}
