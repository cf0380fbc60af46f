/** Descriptions of the settings of the config for editors; docs/config.md says more. */

/** What a setting is, and what the settings in it are. */
export type Words = string | WordsOfMap;
export interface WordsOfMap {
  /** The setting itself. */
  readonly about: string;
  readonly [setting: string]: Words;
}

export const AUTH: Words = {
  about: 'Who sends the request. Secrets are variables of the environment of the step, such as {env.SMOKE_TOKEN}.',
  basic: {
    about: 'Basic auth.',
    user: 'The name of the user.',
    password: 'The password, as a variable of the environment of the step: {env.SMOKE_PASSWORD}.',
  },
  bearer: 'The bearer token, as a variable of the environment of the step: {env.SMOKE_TOKEN}.',
};

const ANNOTATIONS = (what: string) =>
  `Annotations that are added to ${what}, for example those that a policy requires.`;

export const CONFIG_WORDS = {
  preview: {
    about: 'How the candidate is reached before it is live: by path, host or header.',
    path: 'Below this path of the live hosts, one segment such as /green. The prefix is stripped.',
    host: 'At a host of its own, such as green.example.com. {host} stands for the live host: "green.{host}".',
    header: {
      about: 'At the live URLs, for requests with this header. {} is enough: X-Preview: green.',
      name: 'The name of the header. It must be one that no visitor sends.',
      value: 'The value of the header.',
    },
    annotations: ANNOTATIONS("the preview's own Ingress or HTTPRoute"),
    matching: 'Whether a preview that would change how a live path matches is refused (keep) or accepted (regex).',
    overlap: 'Whether a preview that may take visitors from another host or Ingress is refused or accepted.',
    unprotected: 'Whether a preview that cannot have what may protect the live paths is refused or accepted.',
  },
  router: 'The router that serves the live routes, where its IngressClass does not say it.',
  'annotations-prefix':
    'The prefix of the annotations that ingress-nginx reads, without its slash, if it was started with another one.',
  parking: {
    about: 'The Ingress or HTTPRoute that keeps the Services of revisions known to the router without serving them.',
    annotations: ANNOTATIONS('the parking Ingress or HTTPRoute'),
  },
  backing:
    'What becomes of shared and backing objects that differ from the manifests: they are kept, or changed in place.',
  others: 'What becomes of objects that are no part of a release, such as custom resources.',
  'revision-label': 'The key of the label that distinguishes the pods of one revision from those of another.',
  'plain-names':
    "Where the plain names of the application's Services lead inside the pods of a revision: to its own, or to what is live.",
  verify: {
    about: 'How often the checks of the preview must pass, and by when.',
    passes: 'How many times in a row a check must pass, through every address.',
    interval:
      'The pause between passes. After each failure the pause doubles, up to 5 s; an interval above that stays as it is.',
    within: 'The time limit in which a check must reach its passes.',
    parallel: 'How many groups of checks run at once.',
  },
  requests: {
    about:
      'What every request to the application carries: those of the proof, of checks, and those that compare versions.',
    headers: 'Further headers. {env.NAME} stands for a variable of the environment of the step.',
    auth: AUTH,
  },
  identity: {
    about:
      'How an answer says which revision it comes from: one of header, json and matches; or router, behind an HTTPRoute.',
    header: 'The header whose value is the revision, such as X-Revision.',
    json: 'Where the revision is in a JSON body, such as build.revision.',
    matches: 'A regular expression with {revision} that the body matches, such as "version {revision}".',
    path: 'The path that is requested to find the revision.',
  },
  proof: {
    about: 'How promote decides that visitors reach green; off proves nothing.',
    answers: 'How many answers in a row must come from green, through each address.',
    settle: 'The time that the router needs to apply a change. By default, the settling time of the router.',
    within: 'The deadline of the proof.',
    lagging: 'What happens if other versions still answer at the deadline: visitors go back, or stay on green.',
  },
  bake: {
    about: 'A watch after the switch: every check runs again and again, and too many failures move visitors back.',
    for: 'How long the bake lasts.',
    every: 'How often each check runs.',
    errors: 'Which share of all planned attempts may fail, such as 1%.',
  },
  hosts: 'The hosts to request for a wildcard host of the live routes, or for a route without a host.',
  addresses:
    'Where to reach the hosts of the live routes, if not at the address in the status or in DNS: a list for all hosts, or a map from hosts to one or more.',
  ca: 'Certificates of an internal CA that issued those of the live hosts: PEM, or the path of a PEM file.',
  keep: 'How many stacks that were live retire keeps for rollback, besides the live one.',
  drain: 'How long retire lets a stack run after visitors were moved off it.',
  'retire-applied':
    'Whether retire also removes a stack that an Ingress or HTTPRoute names as kubectl last applied it.',
} as const satisfies Readonly<Record<string, Words>>;

export const CHECKS_ABOUT =
  'What verify runs against the preview, and promote at the live URLs during the bake: GET / if it is not set.';
