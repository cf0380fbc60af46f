/** What a request path needs of a kind. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Its name in the plural, as in RBAC and paths. */
  readonly resource: string;
}

/** What the Role allows for a kind. */
export interface Access {
  /** The part of the Role that contains it; scripts/kinds.ts has the parts. */
  readonly part:
    | 'route'
    | 'gateway'
    | 'parents'
    | 'traefik'
    | 'f5'
    | 'stack'
    | 'hooks'
    | 'lock'
    | 'scalers'
    | 'shared'
    | 'backing'
    | 'policies'
    | 'rollout';
  readonly verbs: readonly string[];
  readonly subresource?: string;
}

interface KindFacts extends Kind {
  /** Older versions with the same fields: the server converts nothing but the version. */
  readonly alsoIn?: readonly string[];
  /** Omitted if the documented Role does not name the kind. */
  readonly access?: readonly Access[];
  /** Where its pod template is; omitted for `spec.template`, and if it has none. */
  readonly template?: readonly string[];
  /** Deleted in the foreground, after its pods; later objects wait for that. */
  readonly podsFirst?: true;
  /** The field of its spec that a release itself changes. */
  readonly steered?: 'replicas' | 'suspend';
  /** Why its objects are left alone or refused, unless they are annotated. */
  readonly whyNot?: string;
  /** Its name in the docs, if not the kind. */
  readonly short?: string;
}

/** A kind that stacks consist of. */
export interface StackKind extends KindFacts {
  /**
   * `coloured`: each revision has its own copy. `hook`: a Job with the hook annotation, which runs once for each
   * revision.
   */
  readonly treatment: 'coloured' | 'hook';
  /** Its turn when a stack is applied: nothing waits for a later turn. */
  readonly applied: number;
  /** Its turn when a stack is removed: nothing loses what it still needs. */
  readonly removed: number;
  /** Its pods get the revision. */
  readonly makesPods?: true;
  /** The length limit of its names, if lower than usual. */
  readonly nameLimit?: number;
  /**
   * It acts on one revision or runs once for it: with one name for all, the next revision would take it from this one.
   */
  readonly once?: true;
  /** Not every cluster has it. It is looked for only where a stack says that it has some. */
  readonly optional?: true;
}

/**
 * `shared`: created if missing. `backing`: the same, with all that belongs to it. `route`: live routes. `left`: not
 * written. `own`: Greenpath's own. `read`: only read.
 */
export interface OtherKind extends KindFacts {
  readonly treatment: 'shared' | 'backing' | 'route' | 'left' | 'refused' | 'own' | 'read';
}

export type KindRow = StackKind | OtherKind;

/** What may be done with objects that Greenpath also removes. */
export const MANAGED = ['get', 'list', 'create', 'patch', 'delete'];

/** What may be done with objects that Greenpath never removes. */
export const CREATED = ['get', 'create', 'patch'];

/** The part of a row that names the kind. */
export function known(apiVersion: string, kind: string, resource: string): Kind {
  return { apiVersion, kind, resource };
}

/** One rule of the Role. */
export function may(part: Access['part'], verbs: readonly string[], subresource?: string): Access {
  return subresource === undefined ? { part, verbs } : { part, verbs, subresource };
}

/** Whether only some clusters have a kind that stacks may consist of. */
export function isOptional(kind: Kind): boolean {
  return 'optional' in kind;
}
