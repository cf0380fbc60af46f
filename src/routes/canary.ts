import { annotation, type Ingress } from '../core/kube/objects.ts';
import type { RevisionServices } from '../core/kube/revision-services.ts';
import type { LiveRule } from '../core/release/live.ts';
import { type Rule, rulesOf, ruleText } from '../core/release/rules.ts';
import type { Dialect } from './dialects.ts';

/** An Ingress that takes a share of the visitors of a live path to a Service of its own. */
export interface Canary {
  readonly ingress: string;
  /** The live path, for sentences. */
  readonly place: string;
  readonly service: string;
  /** What it takes, in percent. */
  readonly percent: number;
}

/** Whether an Ingress only goes along with the paths of others: routers make no path of its own of it. */
export function isCanary(ingress: Ingress, dialect: Dialect): boolean {
  // As Go's strconv.ParseBool has it.
  return /^(1|t|T|TRUE|true|True)$/.test(annotation(ingress, `${dialect.prefix}canary`) ?? '');
}

/**
 * The canaries of `rules` once those lead to `to`. One that takes visitors by a header or cookie alone takes nobody who
 * does not ask for it; one that leads to the very Service shows nothing else.
 */
export function canariesOf(
  rules: readonly LiveRule[],
  to: RevisionServices,
  ingresses: readonly Ingress[],
  dialect: Dialect,
): Canary[] {
  return ingresses.flatMap((ingress) => {
    const percent = isCanary(ingress, dialect) ? percentOf(ingress, dialect) : 0;
    if (percent === 0) return [];
    return rulesOf(ingress).flatMap((own): Canary[] => {
      const { service } = own;
      const rule = rules.find((one) => isSamePath(one, own));
      if (rule === undefined || service === undefined || service === to.services[rule.baseName]) return [];
      return [{ ingress: ingress.metadata.name, place: ruleText(rule), service, percent }];
    });
  });
}

/** `total` is at least 100, whatever is said. */
function percentOf(ingress: Ingress, dialect: Dialect): number {
  const number = (name: string) => {
    const text = annotation(ingress, `${dialect.prefix}${name}`) ?? '';
    return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
  };
  const total = Math.max(100, number('canary-weight-total'));
  return (100 * Math.min(Math.max(0, number('canary-weight')), total)) / total;
}

/** Routers look for the same text; one of them takes ImplementationSpecific for another type than Prefix. */
function isSamePath(one: Rule, other: Rule): boolean {
  if (one.at === 'default' || other.at === 'default') return one.at === other.at;
  const isExact = (rule: Rule) => rule.pathType === 'Exact';
  return one.host === other.host && one.path === other.path && isExact(one) === isExact(other);
}
