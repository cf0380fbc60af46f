import type { Identity } from '../base/config.ts';
import { type Difference, differenceText } from './difference.ts';

/** How a version is recognised by its answers. */
export type ProofKind = 'identity' | 'difference' | 'none';

/** Nothing in the answers shows which version gave them. */
export const UNKNOWN_WHO = 'not known: the answers were acceptable, and nothing in them shows which version gave them';
/** What distinguished the versions is gone. */
export const FADED_WHO =
  'not known: the answers were acceptable, and what distinguished the versions before has changed';
/** What distinguished a preview at another host from the live version is not seen where visitors are. */
export const HOST_WHO =
  'not known: the answers were acceptable, and what distinguished the preview from the live version may belong to its host. It does not distinguish the versions at the live URL';
/** A version that does not name itself. */
export const LIKE_BEFORE = 'likely: the answers are as this version gave them before, and none names the other one';

/*
 * How sure it is which version answered, for `certaintyText`. The log, the summary and the output
 * `json` have these words from here.
 */

/** The whole sentence. */
export function certaintyText(certainty: string): string {
  return `Which version answered is ${certainty}`;
}

/** The answers name it: of the application itself, or of the router, which marks those of any pod. */
export function identityCertainty(identity: Identity): string {
  if ('router' in identity)
    return `likely: in each answer the router names the revision that its rule leads to (header ${identity.header}), and each is a success. The pods do not name it themselves`;
  const where =
    'header' in identity
      ? `header ${identity.header}`
      : 'json' in identity
        ? `${identity.json} in its JSON`
        : 'by a pattern in its body';
  return `certain: each answer names its revision (${where})`;
}

/** What `verify` measured shows it. */
export function differenceCertainty(difference: Difference): string {
  return `likely: each answer shows what only this version showed (${differenceText(difference)}), compared in ${difference.answers} answers of each version. What each pod chooses for itself when it starts could look the same`;
}
