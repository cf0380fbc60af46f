import { type Answered, isRedirect } from './expect.ts';

/** What was asked for without TLS; without a path, a redirect to any path of the host counts. */
interface Asked {
  readonly host: string;
  readonly path?: string;
}

/** Whether an answer sends whoever asked without TLS to the same host with TLS, at whatever port the router has it. */
export function redirectsToTls({ status, headers }: Answered, { host, path }: Asked): boolean {
  if (!isRedirect(status)) return false;
  const target = URL.parse(`${headers.location}`);
  const own = URL.parse(`https://${host}${path ?? ''}`);
  if (target?.protocol !== 'https:' || target.hostname !== own?.hostname) return false;
  return path === undefined || (target.pathname === own.pathname && target.search === own.search);
}
