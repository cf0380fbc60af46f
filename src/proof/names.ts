import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Clock } from '../core/base/clock.ts';
import { counted } from '../core/base/plural.ts';
import { CLOCK } from '../process/clock.ts';

/** The IP addresses of a name. Rejects, or finds none, if nobody can say or if there are none. */
export type LookUp = (name: string) => Promise<readonly string[]>;

/** As every program of this machine looks names up: its list of hosts, then DNS. All A and AAAA records count. */
const asThisMachine: LookUp = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

/** How often a name is looked up at most, in milliseconds. */
export const LOOK_UP_EVERY = 1_000;
/** How long a look-up is waited for. */
const LOOK_UP_PATIENCE = 3_000;
/**
 * For how long DNS must leave an address out before it counts as gone: an answer may hold only some of the addresses, or
 * only those of one family, and visitors may still use what they looked up before.
 */
const GONE = 10_000;
/** How many addresses of one name are used. */
const MOST = 64;
/** How many changes of one name are told. */
const TOLD = 8;

/** What is known of a name. */
interface Known {
  /** Each address, and since when DNS has left it out. */
  readonly addresses: Map<string, number | undefined>;
  /** When the last look-up began. */
  begun: number;
  pending: Promise<void> | undefined;
  isOver: boolean;
  /** How many changes there were. */
  changes: number;
}

interface Options {
  readonly lookUp?: LookUp;
  readonly clock?: Clock;
  /** Called with an address that comes or goes after the first look-up, as a sentence without its end. */
  readonly changed?: (text: string) => void;
  /** Called with what limits a proof, in the same form. */
  readonly tell?: (text: string) => void;
}

/** The addresses of names, by their latest look-ups. A look-up that fails changes nothing. */
export class Names {
  readonly #known = new Map<string, Known>();
  readonly #lookUp: LookUp;
  readonly #clock: Clock;
  readonly #changed: (text: string) => void;
  readonly #tell: (text: string) => void;

  constructor(options: Options = {}) {
    const { lookUp = asThisMachine, clock = CLOCK, changed = () => undefined, tell = () => undefined } = options;
    this.#lookUp = lookUp;
    this.#clock = clock;
    this.#changed = changed;
    this.#tell = tell;
  }

  /**
   * The addresses of a name, which is looked up again unless that was done in the last second; empty if none was ever
   * found. An address is its own. Never waits longer than 3 s.
   */
  async of(name: string): Promise<readonly string[]> {
    if (isIP(name) !== 0) return [name];
    const known = this.#known.get(name) ?? {
      addresses: new Map(),
      begun: 0,
      pending: undefined,
      isOver: false,
      changes: 0,
    };
    const isNew = !this.#known.has(name);
    this.#known.set(name, known);
    // One at a time: nobody can cancel a look-up, and each takes up a thread of Node.
    if (known.pending === undefined && (isNew || this.#clock.now() - known.begun >= LOOK_UP_EVERY))
      this.#begin(name, known);
    await this.#waitFor(known);
    return [...known.addresses.keys()];
  }

  #begin(name: string, known: Known): void {
    known.begun = this.#clock.now();
    known.pending = this.#lookUp(name)
      .then((found) => this.#note(name, known, new Set(found.filter((one) => isIP(one) !== 0))))
      .catch(() => undefined)
      .finally(() => {
        known.pending = undefined;
      });
  }

  async #waitFor({ pending, begun }: Known): Promise<void> {
    const left = begun + LOOK_UP_PATIENCE - this.#clock.now();
    if (pending === undefined || left <= 0) return;
    const done = new AbortController();
    try {
      await Promise.race([pending, this.#clock.pause(left, done.signal)]);
    } finally {
      done.abort();
    }
  }

  #note(name: string, known: Known, found: ReadonlySet<string>): void {
    if (found.size === 0) return;
    const { addresses } = known;
    const isFirst = addresses.size === 0;
    const now = this.#clock.now();
    for (const [address, since = now] of addresses) {
      if (!found.has(address)) addresses.set(address, since);
      if (found.has(address) || now - since < GONE) continue;
      addresses.delete(address);
      this.#tellChange(known, `${name} is no longer at ${address}, by DNS`);
    }
    for (const address of found) {
      const isKnown = addresses.has(address);
      if (!isKnown && addresses.size >= MOST) {
        this.#tellMore(name, known);
        continue;
      }
      addresses.set(address, undefined);
      if (!isKnown && !isFirst) this.#tellChange(known, `${name} is at ${address} too now, by DNS`);
    }
  }

  #tellChange(known: Known, text: string): void {
    known.changes += 1;
    if (known.changes <= TOLD) this.#changed(text);
    if (known.changes === TOLD) this.#changed('Its addresses change all the time: no more of this name is told');
  }

  #tellMore(name: string, known: Known): void {
    if (known.isOver) return;
    known.isOver = true;
    this.#tell(`${name} has more than ${counted(MOST, 'address')}: the others are not requested`);
  }
}
