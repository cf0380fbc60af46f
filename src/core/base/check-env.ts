/**
 * Variables for checks and requests, as lines in one variable of the step: a reusable workflow declares its secrets by
 * name, and so cannot hand on any others.
 */
export const CHECK_ENV = 'CHECK_ENV';

/** The variables in the lines, and what is wrong with them. Nothing of them is quoted: all of it may be secret. */
interface CheckEnv {
  readonly variables: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

const LINE = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*?)\r?$/s;
/**
 * What decides which programs run and whom they trust, or belongs to the runner. A secret of several lines must not set
 * them by one of its lines.
 */
const RESERVED = new RegExp(
  `^(${[
    ...['PATH', 'HOME', 'SHELL', 'IFS', 'ENV', 'BASH_ENV', 'KUBECONFIG', '(HTTPS?|NO|ALL)_PROXY', 'JAVA_TOOL_OPTIONS'],
    ...['NODE_(OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED)', 'PYTHON(PATH|HOME|STARTUP)'],
    ...['PERL5(OPT|LIB)', 'RUBY(OPT|LIB)', '(LD|DYLD|NPM_CONFIG|GITHUB|RUNNER|ACTIONS|INPUT|STATE)_.*'],
  ].join('|')})$`,
  'i',
);

/** Reads lines of `NAME=value`. Empty ones are skipped. */
export function readCheckEnv(text: string): CheckEnv {
  const variables = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, name, value = ''] = LINE.exec(line) ?? [];
    const fault = name === undefined ? NO_VARIABLE : faultOf(name, variables);
    if (name !== undefined && fault === undefined) variables.set(name, value);
    else problems.push(`variable ${CHECK_ENV} line ${index + 1} ${fault}`);
  }
  return { variables: Object.fromEntries(variables), problems };
}

const NO_VARIABLE =
  'is not NAME=value; allowed: one variable on each line, with a name of letters, digits and _, and a value of one line';

function faultOf(name: string, before: ReadonlyMap<string, string>): string | undefined {
  if (RESERVED.test(name))
    return 'sets a variable that the runner, a shell or a runtime goes by, such as PATH, NODE_OPTIONS, LD_… or GITHUB_…; allowed: names of your own';
  return before.has(name) ? 'sets a variable that a line above sets; allowed: each name once' : undefined;
}
