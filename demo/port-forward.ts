import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { type ClientOptions, WebSocket } from 'ws';

/**
 * The kubelet's own protocol: each message starts with the number of its stream.
 * Source: https://github.com/kubernetes/kubelet/blob/master/pkg/cri/streaming/portforward/websocket.go
 */
const PROTOCOL = 'v4.channel.k8s.io';
/** Data in both directions, and why the kubelet could not continue. */
const DATA = 0;
const ERROR = 1;
const ATTEMPTS = 3;
const PAUSE = 100;
const HANDSHAKE = 10_000;
/**
 * Handshakes at a time. Each costs the API server and the kubelet two of TLS; on a busy machine more of them at once take so
 * long that every client gives up before its turn, and nobody is served.
 */
const HANDSHAKES = 8;

/** Where a forwarded port leads to. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/**
 * A port of this machine's 127.0.0.1 that leads to one port of a pod, by the API server: a WebSocket for each connection.
 * Connections that it could not carry are counted, so that they are not taken for the application's.
 */
export class PortForward {
  /** Connections that ended because the connection to the pod failed. */
  failures = 0;
  readonly #config: KubeConfig;
  readonly #url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #waiting: (() => void)[] = [];
  #handshakes = 0;

  private constructor(config: KubeConfig, { namespace, pod, port }: PodPort) {
    const server = config.getCurrentCluster()?.server ?? '';
    this.#config = config;
    this.#url = `${server.replace(/^http/, 'ws')}/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`;
    this.#server = createServer((socket) => void this.#carry(socket));
  }

  static async open(config: KubeConfig, target: PodPort): Promise<PortForward> {
    const forward = new PortForward(config, target);
    forward.#server.listen(0, '127.0.0.1');
    await once(forward.#server, 'listening');
    return forward;
  }

  /** `127.0.0.1:PORT`. */
  get address(): string {
    const address = this.#server.address();
    return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #carry(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.pause();
    const channel = await this.#connect(socket).catch(() => undefined);
    if (channel === undefined) return this.#fail(socket);
    if (socket.destroyed) return channel.terminate();
    channel.on('close', () => socket.end());
    channel.on('error', () => this.#fail(socket));
    socket.on('data', (data: Buffer) => channel.send(Buffer.concat([Buffer.of(DATA), data])));
    socket.on('close', () => channel.close());
    socket.resume();
  }

  /** An open channel to the pod. Nothing was sent before, so a second attempt repeats nothing. */
  async #connect(socket: Socket): Promise<WebSocket> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#inTurn(() => this.#open(socket));
      } catch (error) {
        if (attempt === ATTEMPTS || socket.destroyed) throw error;
        await delay(PAUSE);
      }
    }
  }

  /** Runs a handshake when fewer than `HANDSHAKES` others run. */
  async #inTurn<T>(handshake: () => Promise<T>): Promise<T> {
    if (this.#handshakes === HANDSHAKES) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#handshakes += 1;
    try {
      return await handshake();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#handshakes -= 1;
      else next();
    }
  }

  /** One handshake; none for a client that left, and none that outlives its client. */
  async #open(socket: Socket): Promise<WebSocket> {
    if (socket.destroyed) throw new Error('the client left before its turn');
    const options: ClientOptions = { handshakeTimeout: HANDSHAKE };
    await this.#config.applyToHTTPSOptions(options);
    const channel = new WebSocket(this.#url, [PROTOCOL], options);
    this.#receive(channel, socket);
    const leave = () => channel.terminate();
    socket.once('close', leave);
    try {
      await once(channel, 'open');
      return channel;
    } finally {
      socket.off('close', leave);
    }
  }

  /** Passes on what the pod sends. Each stream starts with the number of its port, in a message of two bytes. */
  #receive(channel: WebSocket, socket: Socket): void {
    const started = new Set<number>();
    channel.on('message', (message: Buffer) => {
      const [stream = ERROR] = message;
      if (!started.has(stream)) return void started.add(stream);
      if (stream === ERROR) this.#fail(socket);
      else socket.write(message.subarray(1));
    });
  }

  #fail(socket: Socket): void {
    if (socket.destroyed) return;
    this.failures += 1;
    socket.resetAndDestroy();
  }
}
