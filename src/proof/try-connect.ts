import { connect } from 'node:net';
import type { Tried } from '../core/base/families.ts';

/** The error codes of a runner without a route to an address or to its family, before anything was sent. */
const UNREACHABLE = ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'];
/**
 * How long a connection may take, in milliseconds: the kernel searches for a neighbour for 3 s before it says
 * EHOSTUNREACH.
 */
const CONNECT_TIMEOUT = 5_000;

/** How a connection to an address and port ended. */
export function tryConnect(host: string, port: number): Promise<Tried['end']> {
  const socket = connect({ host, port, timeout: CONNECT_TIMEOUT });
  return new Promise<Tried['end']>((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('timeout', () => resolve('other'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(endOf(error.code ?? '')));
  }).finally(() => socket.destroy());
}

function endOf(code: string): Tried['end'] {
  if (UNREACHABLE.includes(code)) return 'no-route';
  return code === 'ECONNREFUSED' ? 'refused' : 'other';
}
