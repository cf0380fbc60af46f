import { isIPv6 } from 'node:net';

/** What became of a connection to an IP address: `no-route` if the runner has no way to it at all. */
export interface Tried {
  readonly ip: string;
  readonly end: 'connected' | 'no-route' | 'other';
}

/**
 * The addresses of a family for which a runner has no route: it has none to any address of the family, and there is
 * another family of which an address answers. A runner without IPv6 says nothing of whether visitors get answers there.
 */
export function withoutRoute(tried: readonly Tried[]): string[] {
  const of = (isSix: boolean) => tried.filter(({ ip }) => isIPv6(ip) === isSix);
  const gone = [true, false].filter(
    (isSix) => of(isSix).every(({ end }) => end === 'no-route') && of(!isSix).some(({ end }) => end === 'connected'),
  );
  return gone.flatMap((isSix) => of(isSix).map(({ ip }) => ip));
}

/** What it means that these addresses were left out, as sentences without their ends. */
export function leftOutTexts(ips: readonly string[]): string[] {
  return ([true, false] as const).flatMap((isSix) => {
    const own = ips.filter((ip) => isIPv6(ip) === isSix);
    const [family, other] = isSix ? ['IPv6', 'IPv4'] : ['IPv4', 'IPv6'];
    const asked = own.length === 1 ? 'was' : 'were';
    return own.length === 0
      ? []
      : [
          `This runner has no route by ${family}: ${own.join(', ')} ${asked} not asked, so the proof says nothing of visitors who come by ${family}. ${other} answers`,
        ];
  });
}
