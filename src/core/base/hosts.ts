import { isIP } from 'node:net';

/** The host of a route's rule: a name, a wildcard such as `*.example.com`, or undefined for every host. */
export type Host = string | undefined;

/**
 * Whether every request for `narrow` is one for `wide` too. A wildcard stands for one label.
 * Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
 */
export function hostCovers(wide: Host, narrow: Host): boolean {
  if (wide === undefined || wide === narrow) return true;
  return narrow !== undefined && wide.startsWith('*.') && narrow.replace(/^[^.]+/, '*') === wide;
}

/** Whether there are requests for both: of two hosts that overlap, one covers the other. */
export function hostsOverlap(one: Host, other: Host): boolean {
  return hostCovers(one, other) || hostCovers(other, one);
}

/** Whether one of `hosts` overlaps with `host`. */
export function overlapsAny(hosts: readonly Host[], host: Host): boolean {
  return hosts.some((one) => hostsOverlap(one, host));
}

/** Whether the host of a URL is an IP address; one of IPv6 stands in brackets. */
export function isAddress(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, '')) !== 0;
}

/** A host for messages, to be followed by a path. */
export function hostText(host: Host): string {
  return host ?? '<any host>';
}
