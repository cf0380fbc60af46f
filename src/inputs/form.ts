import { GreenpathError, type Problem, problemText } from '../core/base/error.ts';
import { didYouMean, slipOf } from '../core/base/nearest.ts';
import { listed } from '../core/base/plural.ts';
import { quoted } from '../core/base/quoted.ts';

/** The inputs of action.yml. */
export const INPUT_NAMES = [
  ...['mode', 'app', 'route', 'namespace', 'revision', 'to', 'manifests', 'values', 'images', 'config', 'addresses'],
  ...['timeout', 'dry-run', 'require-verified', 'supersede', 'kubeconfig', 'context', 'deployment', 'environment'],
  'token',
];

/** Booleans as GitHub's own actions read them: the words of the YAML 1.2 core schema. */
const TRUE = ['true', 'True', 'TRUE'];
const FALSE = ['false', 'False', 'FALSE'];

/** Something that is wrong in one input. */
interface InputProblem extends Problem {
  readonly input: string;
}

/** The inputs of a step as they were given, and all that is wrong with them. */
export class InputForm {
  /** What an input holds: the empty string if it is not set, its default if it has one. */
  readonly read: (name: string) => string;
  readonly problems: InputProblem[] = [];
  /** Problems that the step goes on with. */
  readonly warnings: Problem[] = [];
  /** Inputs that were given under a mistyped name. */
  readonly #mistyped = new Set<string>();

  constructor(read: (name: string) => string) {
    this.read = read;
  }

  /** Notes a problem in a sentence that names the input. */
  refuse(input: string, problem: Problem): void {
    if (!this.#mistyped.has(input)) this.problems.push({ input, ...problem });
  }

  /** The same for a problem that must not keep visitors from getting back: a rollback only warns of it. */
  refuseExceptRollback(input: string, problem: Problem): void {
    if (this.read('mode') === 'rollback') this.warnings.push(problem);
    else this.refuse(input, problem);
  }

  /** Notes that the value of an input is not allowed, and what is. */
  wrong(name: string, value: string, allowed: string): void {
    this.refuse(name, { text: `input ${name} is ${value === '' ? 'empty' : quoted(value)}; allowed: ${allowed}` });
  }

  /** Whether something wrong was noted of an input. */
  isWrong(name: string): boolean {
    return this.#mistyped.has(name) || this.problems.some(({ input }) => input === name);
  }

  /** An input that has one of a few values. */
  choice<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const given = this.read(name);
    const value = allowed.find((one) => one === given);
    if (value === undefined) this.wrong(name, given, `${allowed.join(', ')}${didYouMean(given, allowed)}`);
    return value;
  }

  /** An input that is `true` or `false`. */
  flag(name: string): boolean {
    const given = this.read(name);
    if (![...TRUE, ...FALSE].includes(given)) this.wrong(name, given, 'true, false');
    return TRUE.includes(given);
  }

  /** An input whose value has a form that `allowed` describes. */
  matching(name: string, pattern: RegExp, allowed: string): string {
    const value = this.read(name);
    if (!pattern.test(value)) this.wrong(name, value, allowed);
    return value;
  }

  /**
   * Refuses inputs that action.yml does not have and that are plainly one that it has, mistyped. A runner passes them on
   * in the environment, and the step would go on with the default of the one that was meant. It warns of all of them.
   * But a variable of that form may also be there for other steps. Nothing more is said of the one that was meant.
   */
  refuseMistyped(environment: NodeJS.ProcessEnv): void {
    for (const variable of Object.keys(environment)) {
      const name = /^INPUT_(.*)$/.exec(variable)?.[1]?.toLowerCase();
      const near = name === undefined || INPUT_NAMES.includes(name) ? undefined : slipOf(name, INPUT_NAMES);
      if (name === undefined || near === undefined) continue;
      this.refuse(name, { text: `there is no input ${name}; did you mean ${near}?` });
      this.#mistyped.add(near);
    }
  }

  /** The error that names all problems; undefined if there are none. */
  error(): GreenpathError | undefined {
    const [first, ...rest] = this.problems;
    if (first === undefined) return undefined;
    const what = rest.length === 0 ? problemText(first) : headline(this.problems);
    const problems = this.problems.map(({ input, ...problem }) => problem);
    return new GreenpathError('input', what, 'Correct the `with:` of the step (docs/inputs.md).', { problems });
  }
}

/** Which inputs are wrong. */
function headline(problems: readonly InputProblem[]): string {
  const names = [...new Set(problems.map(({ input }) => input))];
  if (names.length === 1) return `input ${names[0]} has ${problems.length} problems`;
  return `${names.length} inputs are wrong: ${listed(names, 'and')}`;
}

/** The lines of an input, without empty ones and comments. */
export function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
