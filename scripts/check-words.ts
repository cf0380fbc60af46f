import { AUTH, type Words, type WordsOfMap } from './config-words.ts';

/** Descriptions of the settings of each kind of check for editors. */

const GROUP = 'Checks of one group run one after the other; a check without one is a group by itself.';
const HEADERS = 'The headers that are sent. {env.NAME} stands for a variable of the environment of the step.';
const QUERY = 'The query parameters, by name. {env.NAME} stands for a variable of the environment of the step.';
const BODY: Words = {
  about: 'What the request sends: one of text, json, form and file.',
  text: 'A text.',
  json: 'Any value, which is sent as JSON.',
  form: 'The fields of a form, sent as a browser sends it.',
  file: 'The path of a file in the checkout, at most 64 KiB.',
};
const TLS: Words = {
  about: 'What the certificate must be, where it is not that of the host.',
  name: 'The name that the certificate must have.',
  ca: 'An internal CA: PEM, or the path of a PEM file.',
};
const ORDER = {
  above: 'It must be more than this.',
  below: 'It must be less than this.',
  'at-least': 'It must be this or more.',
  'at-most': 'It must be this or less.',
} as const;

const REQUEST: Readonly<Record<string, Words>> = {
  request: 'A method and a path, such as POST /api/orders.',
  query: QUERY,
  headers: HEADERS,
  auth: AUTH,
  body: BODY,
  tls: TLS,
  follow: 'Whether redirects are followed, as long as they stay at the preview.',
  page: 'Whether everything that a browser loads with the page is requested too.',
  expect: {
    about: 'Which answer is right.',
    status: 'A status such as 204, a class such as 2xx, a range such as 200-299, or a list of them.',
    headers: {
      about: 'For each header its exact value, a pattern, or that it must be absent.',
      matches: 'A regular expression in JavaScript syntax that its value must match.',
      absent: 'The answer must not have this header.',
    },
    body: {
      about: 'What the body must contain, match, or hold as JSON.',
      contains: 'A text, or a list of texts that must all be there. {revision} stands for the revision.',
      matches: 'A regular expression in JavaScript syntax, or a list of which all must match.',
      json: {
        about: 'A map from JSONPaths (RFC 9535) to what they select: a value, or a map of comparisons.',
        equals: 'It must be equal to this.',
        in: 'It must be one of these.',
        matches: 'It must be a text that matches this regular expression.',
        ...ORDER,
        count: 'The path must select as many values.',
        absent: 'The path must select nothing.',
      },
    },
  },
  timeout: 'How long an answer may take.',
  group: GROUP,
  passes: 'How often in a row it must pass. By default as verify.passes says, or once if its method changes something.',
  retries:
    'How many failures verify bears. By default as many as there is time for, or none if its method changes something.',
  live: 'Whether verify sends it to the live URL too, once green passes.',
  bake: 'Whether it runs in the bake. By default only if its method changes nothing.',
};

const AT = 'When it runs: verify, bake, or a list of both.';
const COMMAND: Readonly<Record<string, Words>> = {
  command: 'A line for bash, such as npx playwright test. It passes if the exit code is 0.',
  folder: 'The folder in which it runs, below the working directory.',
  group: GROUP,
  at: AT,
  timeout: 'How long it may run before it is killed.',
  every: 'How often it runs in the bake.',
};

const JOB: Readonly<Record<string, Words>> = {
  job: 'The name of a Job in the manifests that has the annotation greenpath.dev/check: "true".',
  group: GROUP,
  timeout: 'How long it may run before it is deleted.',
};

const MEASURING: Readonly<Record<string, Words>> = {
  ...ORDER,
  compare: 'previous: the threshold applies to the value divided by that of the version before.',
  floor: 'With compare: the least that each of the two values counts as.',
  'no-data': 'Whether the check fails or passes if there is no value.',
  group: GROUP,
  at: AT,
  window: 'The time that {window} stands for. In the bake it never reaches back before the switch.',
  every: 'How often it is measured in the bake.',
  timeout: 'How long an answer may take.',
  headers: HEADERS,
  auth: AUTH,
  tls: TLS,
};

const PROMETHEUS: Readonly<Record<string, Words>> = {
  prometheus: 'A query in PromQL that gives one value. {revision}, {previous} and {window} stand for these.',
  url: 'The address of the server, such as https://prometheus.example.com.',
  ...MEASURING,
};

const METRIC: Readonly<Record<string, Words>> = {
  metric: 'GET or POST, and the address of a JSON API.',
  query: QUERY,
  body: BODY,
  value: 'A JSONPath (RFC 9535) that selects one number of the answer.',
  ...MEASURING,
};

/** By the key of the kind; what the kind does is its `about`. */
export const CHECK_WORDS: Readonly<Record<string, Omit<WordsOfMap, 'about'>>> = {
  request: REQUEST,
  command: COMMAND,
  job: JOB,
  prometheus: PROMETHEUS,
  metric: METRIC,
};
