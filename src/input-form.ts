import type { Problem } from './core/base/error.ts';

/** The inputs of a step as they were given, and all that is wrong with them. */
export class InputForm {
  /** What an input holds: the empty string if it is not set, its default if it has one. */
  readonly read: (name: string) => string;
  readonly problems: Problem[] = [];

  constructor(read: (name: string) => string) {
    this.read = read;
  }

  /** Notes that the value of an input is not allowed, and what is. */
  wrong(name: string, value: string, allowed: string): void {
    this.problems.push({ text: `input ${name} is ${value === '' ? 'empty' : `"${value}"`}; allowed: ${allowed}` });
  }

  /** An input that has one of a few values. */
  choice<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = allowed.find((one) => one === this.read(name));
    if (value === undefined) this.wrong(name, this.read(name), allowed.join(', '));
    return value;
  }

  /** An input that is `true` or `false`. */
  flag(name: string): boolean {
    return this.choice(name, ['true', 'false']) === 'true';
  }

  /** An input whose value has a form that `allowed` describes. */
  matching(name: string, pattern: RegExp, allowed: string): string {
    const value = this.read(name);
    if (!pattern.test(value)) this.wrong(name, value, allowed);
    return value;
  }
}
