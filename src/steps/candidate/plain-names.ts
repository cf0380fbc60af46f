import type { Config } from '../../core/base/config.ts';
import {
  addressesOf,
  type OwnNames,
  ownNames,
  type PlainNames,
  plainNamesText,
} from '../../core/colouring/plain-names.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';

/**
 * The plain names that lead to the stack's own Services inside its pods. None if the config lets them lead to what is
 * live, and none of a hand-written pair, whose manifests are used unchanged.
 */
export function plainNamesFor(run: Run, stack: Stack, { services }: Situation): PlainNames {
  const names = wiredNames(stack, run.inputs.config, run.api.namespace);
  const own = new Set(names.own.map(({ service }) => service));
  return { ...names, known: addressesOf(services.filter((service) => own.has(service.metadata.name))) };
}

/** The same without addresses, which only a cluster has. */
export function wiredNames(stack: Stack, config: Config, namespace: string): OwnNames {
  const isOff = config['plain-names'] === 'live' || stack.form === 'pair';
  return ownNames(isOff ? [] : stack.services, namespace);
}

/** Says in one line what they are. */
export function tellPlainNames(run: Run, names: OwnNames): void {
  const text = plainNamesText(names, run.inputs.revision);
  if (text !== undefined) run.report.line(text);
}
