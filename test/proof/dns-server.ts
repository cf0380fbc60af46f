import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { LookUp } from '../../src/proof/names.ts';
import { endWithFile } from '../opened.ts';

/** How the server answers: with the addresses of its zone, with a failure, or not at all. */
type Mood = 'well' | 'fails' | 'silent';
const [A, AAAA] = [1, 28];
const [NO_ERROR, SERVER_FAILED, NO_SUCH_NAME] = [0, 2, 3];

/** A real DNS server on the loopback (RFC 1035), whose records a test may change at any time. */
export class DnsServer {
  readonly zone: Record<string, readonly string[]> = {};
  mood: Mood = 'well';
  /** How often it was asked. */
  asked = 0;
  readonly #socket = createSocket('udp4');

  /** Starts one that ends with the file's tests. */
  static async start(zone: Record<string, readonly string[]> = {}): Promise<DnsServer> {
    const server = new DnsServer();
    Object.assign(server.zone, zone);
    endWithFile(() => server.#socket.close());
    server.#socket.on('message', (query, { address, port }) => {
      server.asked += 1;
      if (server.mood !== 'silent') server.#socket.send(server.#answer(query), port, address);
    });
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    return server;
  }

  /** Looks names up there, for A and AAAA records. */
  get lookUp(): LookUp {
    const { port } = this.#socket.address() as AddressInfo;
    return async (name) => {
      const resolver = new Resolver({ timeout: 1_000, tries: 20 });
      resolver.setServers([`127.0.0.1:${port}`]);
      const both = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
      const found = both.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
      if (found.length === 0) throw new Error(`${name} was not found`);
      return found;
    };
  }

  #answer(query: Buffer): Buffer {
    const end = 12 + query.subarray(12).indexOf(0) + 1;
    const type = query.readUInt16BE(end);
    const addresses = this.zone[nameIn(query)];
    const own = (addresses ?? []).filter((one) => one.includes(':') === (type === AAAA));
    const records = type === A || type === AAAA ? own.map((one) => record(type, one)) : [];
    const code = this.mood === 'fails' ? SERVER_FAILED : addresses === undefined ? NO_SUCH_NAME : NO_ERROR;
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(code === NO_ERROR ? records.length : 0, 6);
    return Buffer.concat([header, query.subarray(12, end + 4), ...(code === NO_ERROR ? records : [])]);
  }
}

function nameIn(query: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; ; ) {
    const length = query.readUInt8(at);
    if (length === 0) return labels.join('.').toLowerCase();
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
}

/** An answer to the question of the message, which nobody may keep. */
function record(type: number, address: string): Buffer {
  const data = type === A ? Buffer.from(address.split('.').map(Number)) : six(address);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function six(address: string): Buffer {
  const [before = '', after = ''] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const zeros = 8 - groups(before).length - groups(after).length;
  const all = [...groups(before), ...Array.from({ length: zeros }, () => 0), ...groups(after)];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}
