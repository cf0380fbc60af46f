import type { Answered } from './expect.ts';

/** What caches add to answers; Age is RFC 9111, Cache-Status RFC 9211. */
const SIGNS = ['age', 'cache-status', 'cf-cache-status', 'x-cache', 'x-cache-status', 'x-proxy-cache', 'x-varnish'];

/** `Age: 12`: what in an answer shows that a cache is on the way; undefined if nothing does. */
export function cacheSign({ headers }: Pick<Answered, 'headers'>): string | undefined {
  const name = SIGNS.find((one) => headers[one] !== undefined);
  return name === undefined ? undefined : `${name}: ${headers[name]}`;
}

/**
 * `Cache-Control: public`: what in an answer lets a cache that visitors share store it, and give it to requests without
 * the header `name`; undefined if it may not, or if nothing says so.
 */
export function sharedWithout(name: string, { headers }: Pick<Answered, 'headers'>): string | undefined {
  const control = `${headers['cache-control'] ?? ''}`;
  const directives = wordsOf(control);
  const isStored = directives.some((one) => one === 'public' || /^(s-maxage|max-age)=0*[1-9]/.test(one));
  const isKept = directives.some((one) => /^(private|no-store|no-cache)(=|$)/.test(one));
  const varies = wordsOf(`${headers.vary ?? ''}`).some((one) => one === '*' || one === name.toLowerCase());
  return isStored && !isKept && !varies ? `cache-control: ${control}` : undefined;
}

function wordsOf(list: string): string[] {
  return list
    .toLowerCase()
    .split(',')
    .map((one) => one.trim());
}
