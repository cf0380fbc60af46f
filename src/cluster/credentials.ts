import type { Clock } from '../core/base/clock.ts';
import { CLOCK } from '../process/clock.ts';
import type { Connection } from './connect.ts';

/** The least time between two reads of credentials that were refused, in milliseconds. */
const PAUSE = 5_000;

/**
 * The current connection. Tokens expire during a bake (EKS's after 15 minutes), and those of a pod are replaced on
 * disk. So `connect` reads them again when the server no longer accepts them.
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
   * Call it after a 401 to a request that `used` a connection. It reads the credentials again, once for all concurrent
   * callers, and returns whether they changed. A request that was answered with 401 had no effect, so it may be sent
   * again then.
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
