import type { ConfigFault } from './config-faults.ts';
import type { Credentials } from './credentials.ts';
import { isObject } from './json.ts';
import { takesVariable, takesWord, VARIABLE_FORM } from './placeholders.ts';
import { DEFAULT_HEADER, type PreviewKind } from './preview-kind.ts';
import { quoted } from './quoted.ts';
import { isUsualHeader } from './usual-headers.ts';

/** Rules of the config that are about several settings, or that records of earlier versions may break. */

/** Whether a check runs in the bake. */
export interface InBake {
  readonly runs: boolean;
  /** The setting that asks for that, if it does: it counts if the config has it, and not by default. */
  readonly asked?: { readonly setting: string; readonly value: string };
  /** The setting that says how often it runs there, of kinds that have one. */
  readonly pace?: string;
}

/** A rule that a check breaks by itself. */
export interface BrokenRule {
  /** The setting, from the check on. */
  readonly path: readonly string[];
  /** What follows its place in the sentence. */
  readonly what: string;
}

/** What these rules are about. */
interface Ruled {
  readonly preview: { readonly kind?: PreviewKind | undefined };
  readonly requests: Credentials;
  readonly checks: readonly { readonly inBake: InBake; readonly broken: readonly BrokenRule[] }[];
  readonly bake?: unknown;
  readonly identity?: object | undefined;
}

/** A sentence for each rule that a config breaks; `given` is the config without defaults. */
export function brokenRules(config: Ruled, given: unknown): ConfigFault[] {
  return [
    ...previewHeaderFaults(config),
    ...revisionFaults(config),
    ...bakeFaults(config, given),
    ...paceFaults(config, given),
    ...checkFaults(config),
    ...identityFaults(config),
  ];
}

const SENT_ANYWAY =
  'expected a header that no visitor sends: browsers, proxies or CDNs send this one by themselves. Take one such as X-Preview';
const LEADS = 'expected another header: this one leads to the preview';

/**
 * What is wrong with the headers: with one of a preview that visitors send anyway, they would get the candidate. With the
 * header of a preview in every request, the preview would answer what is asked at the live URLs.
 */
function previewHeaderFaults({ preview: { kind }, requests: { headers } }: Ruled): ConfigFault[] {
  const leading = kind === undefined ? DEFAULT_HEADER.name : kind.by === 'header' ? kind.name : undefined;
  if (leading === undefined) return [];
  const sent = Object.keys(headers).filter((one) => one.toLowerCase() === leading.toLowerCase());
  return [
    ...(isUsualHeader(leading)
      ? [faultAt(['preview', 'header', 'name'], ` is ${quoted(leading)}: ${SENT_ANYWAY}`)]
      : []),
    ...sent.map((name) => faultAt(['requests', 'headers', name], `: ${LEADS}`)),
  ];
}

const EVERY_VERSION =
  'expected no {revision}: these requests go to every version, and the text would be sent as it stands. Put it in a check, whose headers and auth are sent instead';

/** Requests that ask for the candidate also ask for the live version, so that no revision could stand there. */
function revisionFaults({ requests: { headers, auth } }: Ruled): ConfigFault[] {
  const taking = Object.keys(headers).filter((name) => takesWord(headers[name], 'revision'));
  const places = [...taking.map((name) => ['headers', name]), ...(takesWord(auth, 'revision') ? [['auth']] : [])];
  return places.map((place) => faultAt(['requests', ...place], `: ${EVERY_VERSION}`));
}

const NO_BAKE = 'expected a bake in the config that it runs in, such as bake: {for: 5m}';
const IDLE_BAKE = 'expected a check that runs in it, such as GET /healthz';

const NO_PLACE = 'expected at: bake beside it, or a list with bake: only in the bake a check runs again and again';

/** What is wrong with the bake: a check asks for one that is not there, or no check runs in it. */
function bakeFaults({ checks, bake }: Ruled, given: unknown): ConfigFault[] {
  if (bake !== undefined) return bakeOf({ checks, bake }) ? [] : [faultAt(['bake'], `: ${IDLE_BAKE}`)];
  return checks.flatMap(({ inBake: { asked } }, index) =>
    asked && Object.hasOwn(checkIn(given, index), asked.setting)
      ? [faultAt(['checks', `${index}`, asked.setting], ` is ${asked.value}: ${NO_BAKE}`)]
      : [],
  );
}

/** What is wrong with how often checks run in the bake: they do not run there. */
function paceFaults({ checks }: Ruled, given: unknown): ConfigFault[] {
  return checks.flatMap(({ inBake: { runs, pace } }, index) => {
    const own = checkIn(given, index);
    if (runs || pace === undefined || !Object.hasOwn(own, pace)) return [];
    return [faultAt(['checks', `${index}`, pace], ` is ${quoted(String(own[pace]))}: ${NO_PLACE}`)];
  });
}

/** What is wrong with checks by themselves, as their kinds say. */
function checkFaults({ checks }: Ruled): ConfigFault[] {
  return checks.flatMap(({ broken }, index) =>
    broken.map(({ path, what }) => faultAt(['checks', `${index}`, ...path], what)),
  );
}

/** A check as the config has it; without settings if it is a text. */
function checkIn(given: unknown, index: number): Readonly<Record<string, unknown>> {
  const checks = isObject(given) && Array.isArray(given.checks) ? given.checks : [];
  const check: unknown = checks[index];
  return isObject(check) ? check : {};
}

/** The bake, if a check runs in it. In that of a record none may: to wait for its end would tell nothing. */
export function bakeOf<B>({ checks, bake }: Pick<Ruled, 'checks'> & { readonly bake?: B }): B | undefined {
  return checks.some(({ inBake }) => inBake.runs) ? bake : undefined;
}

/** A rollback knows a version by it, and its step may not have the variable. */
function identityFaults({ identity }: Ruled): ConfigFault[] {
  const matches = identity !== undefined && 'matches' in identity ? `${identity.matches}` : '';
  if (!takesVariable(matches)) return [];
  const what = ` is ${quoted(matches)}: expected no ${VARIABLE_FORM}, which only checks take`;
  return [faultAt(['identity', 'matches'], what)];
}

function faultAt(path: readonly string[], what: string): ConfigFault {
  return { path, text: `${path.join('.')}${what}` };
}
