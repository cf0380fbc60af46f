import { isIPv6 } from 'node:net';

/** The result of a connection to an IP address: `no-route` if the runner has no route to it at all. */
export interface Tried {
  readonly ip: string;
  readonly end: 'connected' | 'no-route' | 'other';
}

/**
 * The addresses of a family to which a runner has no route: it has none to any address of the family, and an address of
 * the other family answers. A runner without IPv6 shows nothing about visitors who use IPv6.
 */
export function withoutRoute(tried: readonly Tried[]): string[] {
  const of = (isSix: boolean) => tried.filter(({ ip }) => isIPv6(ip) === isSix);
  const gone = [true, false].filter(
    (isSix) => of(isSix).every(({ end }) => end === 'no-route') && of(!isSix).some(({ end }) => end === 'connected'),
  );
  return gone.flatMap((isSix) => of(isSix).map(({ ip }) => ip));
}

/** The consequence of skipping these addresses, as sentences without their ends. */
export function leftOutTexts(ips: readonly string[]): string[] {
  return ([true, false] as const).flatMap((isSix) => {
    const own = ips.filter((ip) => isIPv6(ip) === isSix);
    const [family, other] = isSix ? ['IPv6', 'IPv4'] : ['IPv4', 'IPv6'];
    const asked = own.length === 1 ? 'was' : 'were';
    return own.length === 0
      ? []
      : [
          `This runner has no route to ${family} addresses: ${own.join(', ')} ${asked} skipped, so the proof says nothing about visitors who use ${family}. ${other} answers`,
        ];
  });
}
