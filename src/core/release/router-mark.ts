import { type Config, ROUTER_HEADER } from '../base/config.ts';

/** The header by which a router names the revision that a path leads to; without a value it is taken away. */
export interface RouterMark {
  readonly name: string;
  readonly value: string | undefined;
}

/** No path says where it leads to. */
export const NO_MARK: RouterMark = { name: ROUTER_HEADER, value: undefined };

/**
 * How paths that lead to `revision` are marked: with `identity: router` by its name, else not, so that no old mark stays.
 * Nothing names a version without a name: a header must have a value.
 */
export function markFor({ identity }: Pick<Config, 'identity'>, revision: string): RouterMark {
  return identity !== undefined && 'router' in identity && revision !== ''
    ? { name: ROUTER_HEADER, value: revision }
    : NO_MARK;
}
