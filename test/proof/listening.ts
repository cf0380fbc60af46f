import type { AddressInfo, Server } from 'node:net';
import { endWithFile } from '../opened.ts';

/** Starts a server until the file's tests end; its port. */
export async function listening(server: Server, host = '127.0.0.1', port = 0): Promise<number> {
  endWithFile(() => server.close());
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return (server.address() as AddressInfo).port;
}
