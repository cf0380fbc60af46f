import { mayProtect, unprotected } from '../protection.ts';
import type { Ingress } from './object.ts';

/** Which annotations of a live Ingress a router reads, and which of them a preview copies. */
export interface Annotations {
  /** The name of the router, for people. */
  readonly of: string;
  /** The prefix of its keys. */
  readonly prefix: string;
  /** Ends of the keys that a preview does not copy. */
  readonly notInherited: RegExp;
  /**
   * Those of these that say what of a request the application gets. A preview at a host of its own has the same paths,
   * so it copies them.
   */
  readonly rewriting?: RegExp;
  /** The key that lists further hosts of an Ingress; a preview does not copy it. Omitted if there is none. */
  readonly aliases?: string;
  /** What becomes of a snippet, by the end of its key; without it, a preview lacks every snippet. */
  snippetUse?(name: string, text: string): SnippetUse;
}

/** `needless`: the preview needs no copy. `lacking`: it may keep people out, and cannot be copied. */
export type SnippetUse = 'copied' | 'needless' | 'lacking';

/**
 * The annotations of a live Ingress that may protect it and that its preview does not copy: snippets, and what another
 * router reads. An annotation with the same key in `added`, the preview's own, replaces it.
 */
export function unprotectedBy(route: Ingress, own: Annotations, added: Readonly<Record<string, string>>): string[] {
  return Object.entries(route.metadata.annotations ?? {}).flatMap(([key, value]) => {
    const isLacking = useOf(key, value, own) === 'lacking' || (!key.startsWith(own.prefix) && mayProtect(key));
    return isLacking && !Object.hasOwn(added, key) ? [key] : [];
  });
}

/** Refuses a preview that would be less protected than what it mirrors. */
export function refuseUnprotected(route: Ingress, own: Annotations, added: Readonly<Record<string, string>>): void {
  const keys = unprotectedBy(route, own, added);
  if (keys.length === 0) return;
  throw unprotected(
    route,
    keys,
    `the annotations of ${own.of} that it knows, but neither other routers' annotations nor snippets that may decide who gets an answer`,
  );
}

/** What becomes of an annotation that is a snippet, which may contain anything; undefined for any other. */
function useOf(key: string, text: string, { prefix, snippetUse }: Annotations): SnippetUse | undefined {
  if (!key.startsWith(prefix) || !key.endsWith('-snippet')) return undefined;
  return snippetUse?.(key.slice(prefix.length), text) ?? 'lacking';
}

/**
 * The router's own annotations of the live route, so that what protects it also protects the preview. Of snippets, only
 * those that a router knows to be harmless: the others were written for the live paths.
 */
export function inherited(route: Ingress, own: Annotations, rewrites: boolean): Record<string, string> {
  const isLeft = (end: string) => own.notInherited.test(end) && !(rewrites && own.rewriting?.test(end));
  return Object.fromEntries(
    Object.entries(route.metadata.annotations ?? {}).filter(([key, value]) => {
      if (!key.startsWith(own.prefix) || key === own.aliases || isLeft(key.slice(own.prefix.length))) return false;
      return (useOf(key, value, own) ?? 'copied') === 'copied';
    }),
  );
}
