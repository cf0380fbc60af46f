import { type Answered, isSuccess } from './expect.ts';

/** Features of an answer that may distinguish versions if the answer does not name its own. */
const FEATURES = ['body', 'etag', 'last-modified', 'server', 'status'] as const;
type Feature = (typeof FEATURES)[number];

/** The features of the answers to `GET path` that blue and green never share. */
export interface Difference {
  readonly path: string;
  readonly features: readonly { readonly feature: Feature; readonly blue: string; readonly green: string }[];
}

/** Answers to one path, by version. `before`: the answers at the preview's path before there was a preview. */
export interface PathAnswers {
  readonly path: string;
  readonly blue: readonly Answered[];
  readonly green: readonly Answered[];
  readonly before: readonly Fingerprint[];
}

/** The features of one answer, by name; of a body, its digest. */
export type Fingerprint = Readonly<Record<Feature, string>>;

/**
 * An answer at a path below the preview's prefix, with a status acceptable for visitors, from before there was a
 * preview.
 */
export interface Unpreviewed {
  readonly path: string;
  readonly answer: Fingerprint;
}

/** Whether that answer was a success: then the live version answers every path, and a check cannot fail there. */
export function wasSuccess({ answer }: Unpreviewed): boolean {
  return isSuccess(Number(answer.status));
}

/** The features of an answer. `digest` shortens a body. */
export function fingerprint(answer: Answered, digest: (body: string) => string): Fingerprint {
  const header = (name: string) => answer.headers[name]?.toString() ?? '';
  return {
    body: digest(answer.body),
    etag: header('etag'),
    'last-modified': header('last-modified'),
    server: header('server'),
    status: String(answer.status),
  };
}

/**
 * The features that were the same in all of blue's answers, the same in all of green's, and different between the two.
 * Features of answers at the preview's path from before it existed are excluded, since only blue can have given them.
 * Undefined if there is none, or if an answer is not 2xx, since the router itself may have given that.
 */
export function findDifference(samples: PathAnswers, digest: (body: string) => string): Difference | undefined {
  const { path, blue, green, before } = samples;
  if ([...blue, ...green].some(({ status }) => !isSuccess(status))) return undefined;
  const [blues, greens] = [blue, green].map((answers) => answers.map((answer) => fingerprint(answer, digest)));
  const features = FEATURES.flatMap((feature) => {
    const [b, ...otherB] = new Set(blues?.map((one) => one[feature]));
    const [g, ...otherG] = new Set(greens?.map((one) => one[feature]));
    if (b === undefined || g === undefined || otherB.length + otherG.length > 0 || b === g) return [];
    return before.some((one) => one[feature] === g) ? [] : [{ feature, blue: b, green: g }];
  });
  return features.length === 0 ? undefined : { path, features };
}

/** The features of a difference that still hold in newer answers of both sides; undefined if none does. */
export function stillDiffers(
  known: Difference,
  samples: Pick<PathAnswers, 'blue' | 'green'>,
  digest: (body: string) => string,
): Difference | undefined {
  const isStill = (answers: readonly Answered[], feature: Feature, value: string) =>
    answers.length > 0 && answers.every((answer) => fingerprint(answer, digest)[feature] === value);
  const features = known.features.filter(
    ({ feature, blue, green }) => isStill(samples.blue, feature, blue) && isStill(samples.green, feature, green),
  );
  return features.length === 0 ? undefined : { ...known, features };
}

/** Whose answer this is; undefined if it matches neither side, or both. */
export function whoAnswered(
  { features }: Difference,
  answer: Answered,
  digest: (body: string) => string,
): 'blue' | 'green' | undefined {
  const now = fingerprint(answer, digest);
  const is = (side: 'blue' | 'green') => features.some((one) => now[one.feature] === one[side]);
  if (is('green') === is('blue')) return undefined;
  return is('green') ? 'green' : 'blue';
}

/** The same difference, for a switch in the other direction. */
export function reversed({ path, features }: Difference): Difference {
  return { path, features: features.map(({ feature, blue, green }) => ({ feature, blue: green, green: blue })) };
}
