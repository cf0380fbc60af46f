import { asksGreenFirst, Contrast, type Difference, ENOUGH } from '../../../src/core/checks/difference.ts';
import type { Answered } from '../../../src/core/checks/expect.ts';

/** Applications whose answers change by themselves: what a page holds besides its version. */

export const PLACES = ['/green'];
const POD = 'bcdfghjklmnpqrstvwxz2456789';

/** What happens around an application: time passes with each request. */
export class World {
  /** Requests so far, to whichever side. */
  requests = 0;
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A number from 0 up to `below`. */
  draw(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  text(length: number, letters = 'abcdefghijklmnopqrstuvwxyz0123456789'): string {
    return Array.from({ length }, () => letters[this.draw(letters.length)]).join('');
  }

  /** Half a second for each request, and a minute that may change among them. */
  get clock(): Date {
    return new Date(Date.UTC(2026, 10, 29, 12, 3, 57) + this.requests * 500);
  }
}

/** One pod, with what it has of its own. */
export interface Pod {
  readonly name: string;
  readonly ip: string;
  readonly node: string;
  readonly boot: string;
  readonly tag: string;
  readonly started: number;
  visits: number;
}

/** Where a request is sent, as the application may print it. */
export interface Asked {
  readonly prefix: string;
}

export interface Page {
  body: string[];
  headers: Record<string, string>;
}

/** A part of a page that changes by itself. */
export type Noise = (page: Page, world: World, pod: Pod, asked: Asked) => void;

const body =
  (text: (world: World, pod: Pod, asked: Asked) => string): Noise =>
  (page, world, pod, asked) => {
    page.body.push(text(world, pod, asked));
  };
const header =
  (name: string, text: (world: World, pod: Pod) => string): Noise =>
  (page, world, pod) => {
    page.headers[name] = text(world, pod);
  };
const random = (...variants: string[]) => body((world) => `<p>${variants[world.draw(variants.length)]}</p>`);
const inTurn = (...variants: string[]) => body((world) => `<p>${variants[world.requests % variants.length]}</p>`);

/** By name: what pods of one version differ in, is told here for pods of which there are several on each side. */
export const NOISE: Readonly<Record<string, Noise>> = {
  'a request id': body((world) => `<!-- rid=${world.text(12)} -->`),
  'a nonce of a policy': (page, world) => {
    const nonce = world.text(22);
    page.headers['content-security-policy'] = `script-src 'nonce-${nonce}'`;
    page.body.push(`<script nonce="${nonce}">boot()</script>`);
  },
  'a token of a form': body((world) => `<input name="csrf" value="${world.text(40)}">`),
  'a cookie': header('set-cookie', (world) => `session=${world.text(20)}; HttpOnly`),
  'a header date': header('date', (world) => world.clock.toUTCString()),
  'a clock with seconds': body((world) => `now: ${world.clock.toISOString()}`),
  'a clock with minutes': body(({ clock }) => `it is ${clock.getUTCHours()}:${clock.getUTCMinutes()}`),
  'a weekday and a date': body(({ clock }) => clock.toUTCString()),
  'the time of a change': header('last-modified', ({ clock }) => new Date(clock.setUTCSeconds(0, 0)).toUTCString()),
  'a counter of all': body((world) => `{"visits":${1000 + world.requests}}`),
  'a counter of the pod': body((_, pod) => `served ${pod.visits} times`),
  'how long it took': body((world) => `rendered in ${world.draw(90)}ms, ${world.draw(9)}.${world.draw(99)} s`),
  'how long the pod runs': body(
    (world, { started }) => `up ${started + Math.floor(world.requests / 9)} minutes, 3h12m`,
  ),
  'one of two at random': random('Buy now!', 'Order today'),
  'one of three at random': random('red shoes', 'green hats', 'blue coats'),
  'a tag of one of two at random': header('etag', (world) => ['"a1"', '"b2"'][world.draw(2)] ?? ''),
  'one of two in turn': inTurn('backend alpha', 'backend beta'),
  'one of three in turn': inTurn('north', 'south', 'east'),
  'the name of the pod': body((_, { name }) => `Hostname: ${name}`),
  'the address of the pod': body((_, { ip }) => `IP: ${ip} fd00::${ip.split('.')[3]}:7`),
  'the node of the pod': body((_, { node }) => `{"node":"${node}"}`),
  'a number of this start': body((_, { boot }) => `{"instance":"${boot}"}`),
  'the path of the preview': body((_, __, { prefix }) => `<a href="${prefix}/tea">tea</a> {"base":"${prefix}\\/x"}`),
  'what proxies add': body((_, __, { prefix }) => (prefix === '' ? '' : `X-Forwarded-Prefix: ${prefix}\n`)),
};
/** What only several pods show to be no matter of the version. */
export const OF_PODS: Readonly<Record<string, Noise>> = {
  'a tag of the pod': header('etag', (_, { tag }) => tag),
  'words that the pod chose': body((_, { tag }) => `motto: ${tag}`),
};

/** A version of an application: its pods, and how it answers. */
export class Version {
  readonly #world: World;
  readonly #pods: readonly Pod[];
  readonly #noise: readonly Noise[];
  readonly #own: Noise;
  #turn: number;

  constructor(world: World, pods: number, noise: readonly Noise[], own: Noise = () => undefined) {
    this.#world = world;
    this.#pods = Array.from({ length: pods }, (_, index) => podOf(world, index));
    this.#noise = noise;
    this.#own = own;
    this.#turn = world.draw(pods);
  }

  /** Answers through a balancer that goes round the pods. */
  answer(asked: Asked): Answered {
    const pod = this.#pods[this.#turn % this.#pods.length];
    if (pod === undefined) throw new Error('no pod');
    this.#turn += 1;
    this.#world.requests += 1;
    pod.visits += 1;
    const page: Page = { body: ['<h1>Welcome to the shop</h1>'], headers: { server: 'nginx' } };
    for (const one of [...this.#noise, this.#own]) one(page, this.#world, pod, asked);
    return { status: 200, headers: page.headers, body: page.body.join('\n') };
  }
}

function podOf(world: World, index: number): Pod {
  const part = (length: number) => Array.from({ length }, () => world.draw(256).toString(16).padStart(2, '0')).join('');
  return {
    name: `web-${world.text(9, POD)}-${world.text(5, POD)}`,
    ip: `10.244.${world.draw(255)}.${world.draw(255)}`,
    node: `ip-10-0-${world.draw(255)}-${world.draw(255)}.ec2.internal`,
    boot: `${part(4)}-${part(2)}-${part(2)}-${part(2)}-${part(6)}`,
    tag: `"${world.text(8)}${index}"`,
    started: world.draw(500),
    visits: world.draw(1_000),
  };
}

/** What is found in the answers of both, asked in turns as `verify` does. */
export function compared(blue: Version, green: Version): Difference | undefined {
  const contrast = new Contrast(PLACES);
  for (let round = 0; round < ENOUGH; round += 1) {
    const askGreen = () => green.answer({ prefix: '/green' });
    const askBlue = () => blue.answer({ prefix: '' });
    const first = asksGreenFirst(round) ? askGreen() : undefined;
    contrast.add({ blue: [askBlue()], green: [first ?? askGreen()] });
  }
  return contrast.difference('/');
}
