import { isIP } from 'node:net';

/** The host of a route's rule: a name, a wildcard such as `*.example.com`, or undefined for every host. */
export type Host = string | undefined;

/**
 * Whether every request for `narrow` is also one for `wide`. A wildcard stands for one label.
 * Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
 */
export function hostCovers(wide: Host, narrow: Host): boolean {
  if (wide === undefined || wide === narrow) return true;
  return narrow !== undefined && wide.startsWith('*.') && narrow.replace(/^[^.]+/, '*') === wide;
}

/** Whether some requests match both: of two hosts that overlap, one covers the other. */
export function hostsOverlap(one: Host, other: Host): boolean {
  return hostCovers(one, other) || hostCovers(other, one);
}

/** Whether one of `hosts` overlaps with `host`. */
export function overlapsAny(hosts: readonly Host[], host: Host): boolean {
  return hosts.some((one) => hostsOverlap(one, host));
}

/** Whether the host of a URL is an IP address; an IPv6 address is in brackets. */
export function isIpAddress(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, '')) !== 0;
}

/** A host for messages, followed by a path. */
export function hostText(host: Host): string {
  return host ?? '<any host>';
}
