import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { PortForward } from '../../demo/port-forward.ts';
import { Authority } from '../proof/certificates.ts';

/** The port-forward against a kubelet of the test's own, which speaks the kubelet's protocol over real sockets. */

const LONG = { timeout: 30_000, interval: 5 };
const authority = new Authority('kubelet');
const certified = authority.issue('127.0.0.1');
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

/** Accepts handshakes when `accept` is called and not before; echoes what it gets. */
class Kubelet {
  readonly asked: { request: IncomingMessage; socket: Duplex; head: Buffer }[] = [];
  readonly #http = createServer(certified);
  readonly #channels = new WebSocketServer({ noServer: true, handleProtocols: ([first]) => first ?? false });

  static async start(): Promise<Kubelet> {
    const kubelet = new Kubelet();
    kubelet.#http.on('upgrade', (request, socket, head) => kubelet.asked.push({ request, socket, head }));
    kubelet.#http.listen(0, '127.0.0.1');
    await once(kubelet.#http, 'listening');
    ends.push(() => {
      for (const { socket } of kubelet.asked) socket.destroy();
      kubelet.#http.close();
    });
    return kubelet;
  }

  async forward(): Promise<PortForward> {
    const config = new KubeConfig();
    const { port } = this.#http.address() as AddressInfo;
    const caData = Buffer.from(authority.cert).toString('base64');
    const cluster = { name: 'test', server: `https://127.0.0.1:${port}`, caData, skipTLSVerify: false };
    config.loadFromClusterAndUser(cluster, { name: 'me', token: 't' });
    const forward = await PortForward.open(config, { namespace: 'shop', pod: 'router', port: 8000 });
    ends.push(() => forward.close());
    return forward;
  }

  accept(index: number): void {
    const { request, socket, head } = this.asked[index] ?? expect.fail(`handshake ${index} was not asked for`);
    this.#channels.handleUpgrade(request, socket, head, (channel) => {
      for (const stream of [0, 1]) channel.send(Buffer.of(stream, 0x40, 0x1f));
      channel.on('message', (data: Buffer) => channel.send(data));
    });
  }
}

function client(forward: PortForward): Socket {
  const [host, port] = forward.address.split(':');
  const socket = connect({ host, port: Number(port) });
  socket.on('error', () => undefined);
  ends.push(() => socket.destroy());
  return socket;
}

test('carries what a client sends to the pod, and back', async () => {
  const kubelet = await Kubelet.start();
  const forward = await kubelet.forward();
  const socket = client(forward);
  socket.write('sent before the handshake');
  await vi.waitUntil(() => kubelet.asked.length === 1, LONG);
  kubelet.accept(0);
  const [echo] = await once(socket, 'data');
  expect(String(echo)).toBe('sent before the handshake');
  expect(kubelet.asked[0]?.request.url).toBe('/api/v1/namespaces/shop/pods/router/portforward?ports=8000');
  expect(forward.failures).toBe(0);
});

test('given more clients than handshakes at a time, when some leave, no handshake is spent on them', async () => {
  const kubelet = await Kubelet.start();
  const forward = await kubelet.forward();
  const first = Array.from({ length: 8 }, () => client(forward));
  await vi.waitUntil(() => kubelet.asked.length === 8, LONG);
  const impatient = Array.from({ length: 20 }, () => client(forward));
  await Promise.all(impatient.map((socket) => once(socket, 'connect')));
  const gone = impatient.map((socket) => once(socket, 'close'));
  for (const socket of impatient) socket.end();
  await Promise.all(gone);
  const patient = client(forward);
  patient.write('served');
  kubelet.accept(0);
  await vi.waitUntil(() => kubelet.asked.length === 9, LONG);
  kubelet.accept(8);
  const [echo] = await once(patient, 'data');
  expect(String(echo)).toBe('served');
  expect(kubelet.asked).toHaveLength(9);
  expect(first.every((socket) => !socket.destroyed)).toBe(true);
  expect(forward.failures).toBe(0);
});

test('a client that leaves during its handshake ends it, and another gets the place', async () => {
  const kubelet = await Kubelet.start();
  const forward = await kubelet.forward();
  const sockets = Array.from({ length: 9 }, () => client(forward));
  await vi.waitUntil(() => kubelet.asked.length === 8, LONG);
  const ended = kubelet.asked.map(({ socket }) => once(socket, 'close'));
  // Which client asked first is known to nobody, so all leave but the last.
  for (const socket of sockets.slice(0, 8)) socket.destroy();
  await Promise.race(ended);
  await vi.waitUntil(() => kubelet.asked.length === 9, LONG);
  kubelet.accept(8);
  sockets[8]?.write('served');
  const [echo] = await once(sockets[8] as Socket, 'data');
  expect(String(echo)).toBe('served');
});
