import type { Clock } from '../core/base/clock.ts';
import { CLOCK } from '../process/clock.ts';
import type { Connection } from './connect.ts';

/** Credentials that are refused are not read again more often than this, in milliseconds. */
const PAUSE = 5_000;

/**
 * The connection that counts now. Tokens expire while a release bakes (EKS's after 15 minutes), and those of a pod are
 * replaced on disk, so they are read again by `connect` when the server no longer accepts them.
 */
export class Credentials {
  now: Connection;
  readonly #connect: () => Promise<Connection>;
  readonly #clock: Clock;
  #renewing: Promise<boolean> | undefined;
  #renewedAt = Number.NEGATIVE_INFINITY;

  private constructor(now: Connection, connect: () => Promise<Connection>, clock: Clock) {
    this.now = now;
    this.#connect = connect;
    this.#clock = clock;
  }

  static async obtain(connect: () => Promise<Connection>, clock = CLOCK): Promise<Credentials> {
    return new Credentials(await connect(), connect, clock);
  }

  /**
   * After a 401 to a request that `used` a connection: reads the credentials again, once for all that ask meanwhile, and
   * says whether they are others now. What was answered with 401 did nothing, so it may be sent again then.
   */
  async renewed(used: Connection): Promise<boolean> {
    if (used !== this.now) return true;
    if (this.#renewing === undefined && this.#clock.now() - this.#renewedAt < PAUSE) return false;
    this.#renewing ??= this.#renew(used).finally(() => {
      this.#renewing = undefined;
      this.#renewedAt = this.#clock.now();
    });
    return this.#renewing;
  }

  async #renew({ secrets }: Connection): Promise<boolean> {
    const fresh = await this.#connect();
    const same = fresh.secrets.length === secrets.length && fresh.secrets.every((one, at) => one === secrets[at]);
    if (same) fresh.agent.destroy();
    else this.now = fresh;
    return !same;
  }
}
