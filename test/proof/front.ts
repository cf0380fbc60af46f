import type { Endpoint } from '../../src/proof/probe.ts';

/** The host that the proxy answers by itself. */
export const CONTROL = 'web.shop.greenpath.invalid';

/** A way to the application at a port of the loopback. */
export function frontAt(port: number): Endpoint {
  return {
    host: 'example.test',
    live: 'example.test',
    prefix: '',
    header: '',
    tls: false,
    given: [],
    invented: undefined,
    trust: undefined,
    certified: true,
    route: 'web',
    serves: () => true,
    path: '/',
    headers: {},
    address: { host: '127.0.0.1', port },
    control: { host: CONTROL, path: '/' },
  };
}
