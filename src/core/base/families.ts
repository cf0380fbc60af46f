import { isIPv6 } from 'node:net';

/**
 * The result of a connection to an IP address: `no-route` if the runner has no route to it at all, `refused` if nobody
 * listens there.
 */
export interface Tried {
  readonly ip: string;
  readonly end: 'connected' | 'no-route' | 'refused' | 'other';
}

/** Why the addresses of a family are left out. */
export type Reason = 'no-route' | 'refused';

/**
 * The addresses of a family that all ended for this reason, while an address of the other family answers: a runner without
 * IPv6 shows nothing about visitors who use IPv6, and where no address of a family listens, whoever uses the name gets to
 * the other family.
 */
export function unreachable(tried: readonly Tried[], reason: Reason): string[] {
  const of = (isSix: boolean) => tried.filter(({ ip }) => isIPv6(ip) === isSix);
  const gone = [true, false].filter(
    (isSix) => of(isSix).every(({ end }) => end === reason) && of(!isSix).some(({ end }) => end === 'connected'),
  );
  return gone.flatMap((isSix) => of(isSix).map(({ ip }) => ip));
}

const REASONS: Readonly<Record<Reason, (family: string) => string>> = {
  'no-route': (family) => `This runner has no route to ${family} addresses`,
  refused: (family) => `Nothing listens at the ${family} addresses of a name`,
};

/** The consequence of skipping these addresses, as sentences without their ends. */
export function leftOutTexts(ips: readonly string[], reason: Reason): string[] {
  return ([true, false] as const).flatMap((isSix) => {
    const own = ips.filter((ip) => isIPv6(ip) === isSix);
    const [family, other] = isSix ? ['IPv6', 'IPv4'] : ['IPv4', 'IPv6'];
    const asked = own.length === 1 ? 'was' : 'were';
    return own.length === 0
      ? []
      : [
          `${REASONS[reason](family)}: ${own.join(', ')} ${asked} skipped, so the proof says nothing about visitors who use ${family}. ${other} answers`,
        ];
  });
}
