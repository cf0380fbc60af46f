/** One Go package of a build, as `go list -deps` tells it. */
export interface Package {
  readonly path: string;
  /** Bytes of its sources: what it costs to compile, roughly. */
  readonly weight: number;
  /** Every package below it. */
  readonly below: readonly string[];
}

/** The share of a build that linking takes after the last package was compiled. */
const LINKING = 0.1;
/** What has to be compiled before the speed says anything. */
const ENOUGH = 0.03;
const MINUTE = 60_000;

/**
 * How far `go build -v` is, which prints the name of a package when it begins to compile it. One that is cached is never
 * named; it is counted as soon as a package above it is, since that needs it.
 */
export class BuildProgress {
  readonly #packages: ReadonlyMap<string, Package>;
  readonly #done = new Set<string>();
  readonly #clock: () => number;
  readonly #total: number;
  #compiled = 0;
  #start: number | undefined;

  /** `clock` tells milliseconds. */
  constructor(packages: readonly Package[], clock: () => number = () => performance.now()) {
    this.#packages = new Map(packages.map((one) => [one.path, one]));
    this.#clock = clock;
    this.#total = this.#weigh(this.#packages.keys());
  }

  /** Takes a line of the build; says whether it was the name of a package. */
  take(line: string): boolean {
    const named = this.#packages.get(line.trim());
    if (named === undefined) return false;
    this.#start ??= this.#clock();
    for (const path of named.below) this.#done.add(path);
    if (!this.#done.has(named.path)) this.#compiled += named.weight;
    this.#done.add(named.path);
    return true;
  }

  /** `1,204 of 2,891 packages, about 6 min left`. */
  text(): string {
    const all = this.#packages.size;
    const counted = `${count(this.#done.size)} of ${count(all)} packages`;
    if (this.#done.size === all) return `${counted}, linking`;
    const left = this.#left();
    return left === undefined ? counted : `${counted}, ${left}`;
  }

  /** Cached packages cost nothing: the speed is that of the compiled ones. */
  #left(): string | undefined {
    if (this.#start === undefined || this.#compiled < ENOUGH * this.#total) return undefined;
    const speed = this.#compiled / (this.#clock() - this.#start);
    const weight = this.#total * (1 + LINKING) - this.#weigh(this.#done);
    const minutes = Math.round(weight / speed / MINUTE);
    return minutes < 1 ? 'less than a minute left' : `about ${minutes} min left`;
  }

  #weigh(paths: Iterable<string>): number {
    let weight = 0;
    for (const path of paths) weight += this.#packages.get(path)?.weight ?? 0;
    return weight;
  }
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
