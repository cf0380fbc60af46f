import * as v from 'valibot';
import { type Problem, placeText } from '../base/error.ts';
import { counted, listed } from '../base/plural.ts';
import type { Verdict } from '../colouring/verdicts.ts';
import { kindOf } from '../kube/identity.ts';
import { KIND } from '../kube/kinds.ts';

/** What becomes of an object, in the order in which people read it, and what it is called. */
export const WORDS = {
  refused: 'refused',
  coloured: 'coloured',
  route: 'live route',
  backing: 'backing',
  shared: 'shared',
  left: 'left alone',
} as const satisfies Readonly<Record<Verdict['word'], string>>;
const ORDER = Object.keys(WORDS) as Verdict['word'][];

/** What becomes of one object of the manifests. The output `json`, the log and the summary of `check` say the same. */
const checkedObject = v.strictObject({
  object: v.pipe(v.string(), v.description('Its kind and name in the manifests, such as `Deployment web`.')),
  word: v.picklist(ORDER),
  why: v.string(),
  file: v.string(),
  line: v.optional(v.pipe(v.number(), v.description('Absent if the manifest was rendered.'))),
});
export type CheckedObject = v.InferOutput<typeof checkedObject>;

export const checkedSchema = v.strictObject({
  namespace: v.pipe(v.string(), v.description('The namespace that the manifests were judged for.')),
  objects: v.array(checkedObject),
  plainNames: v.pipe(v.string(), v.description('Where plain names lead inside the pods; empty if to what is live.')),
  notLookedAt: v.pipe(v.array(v.string()), v.description('What only the cluster can say.')),
});
/** What the mode `check` found. */
export type Checked = v.InferOutput<typeof checkedSchema>;

/** The verdicts if something holds that only the cluster can say. */
export interface Alternative {
  /** As the rest of a sentence that begins with "if". */
  readonly condition: string;
  readonly verdicts: readonly Verdict[];
  readonly problems: readonly Problem[];
}

/** What becomes of each object, by word and then in the order of the manifests. An object with a problem is refused. */
export function checkedObjects(
  verdicts: readonly Verdict[],
  problems: readonly Problem[],
  alternatives: readonly Alternative[],
): CheckedObject[] {
  const rows = verdicts.map((verdict, index): CheckedObject => {
    const { manifest } = verdict;
    const { word, why } = withProblems(verdict, problems);
    const others = alternatives.flatMap((alternative) => {
      const other = alternativeTo(verdict, index, alternative);
      if (other === undefined) return [];
      const is = other.word === verdict.word ? '' : `it is ${WORDS[other.word]}: `;
      return [`; if ${alternative.condition}, ${is}${other.why}`];
    });
    return {
      object: manifest.given,
      word,
      why: word === 'refused' ? why : `${why}${others.join('')}`,
      file: manifest.place.file,
      ...(manifest.place.line !== undefined && { line: manifest.place.line }),
    };
  });
  return rows.toSorted((a, b) => ORDER.indexOf(a.word) - ORDER.indexOf(b.word));
}

/** What else becomes of an object under a condition, or when else a hook runs; undefined if nothing changes. */
export function alternativeTo(
  { word, why, manifest: { object } }: Verdict,
  index: number,
  { verdicts, problems }: Alternative,
): Pick<Verdict, 'word' | 'why' | 'manifest'> | undefined {
  const other = verdicts[index] && withProblems(verdicts[index], problems);
  const isSame = other?.word === word && (kindOf(object) !== KIND.Job || other.why === why);
  return isSame ? undefined : other;
}

/** A verdict, which is a refusal if there are problems with its object: they have its place, as an object. */
export function withProblems(verdict: Verdict, problems: readonly Problem[]): Verdict {
  const texts = problems.filter(({ place }) => place === verdict.manifest.place).map(({ text }) => text);
  return texts.length === 0 ? verdict : { ...verdict, word: 'refused', why: texts.join('; ') };
}

/** Where an object is in the manifests. */
export function whereText({ file, line }: CheckedObject): string {
  return placeText(line === undefined ? { file } : { file, line });
}

/** `3 objects: 2 coloured and 1 backing`. */
export function tallyText(objects: readonly CheckedObject[]): string {
  const parts = ORDER.flatMap((word) => {
    const count = objects.filter((one) => one.word === word).length;
    if (count === 0) return [];
    return [word === 'route' ? counted(count, WORDS.route) : `${count} ${WORDS[word]}`];
  });
  return `${counted(objects.length, 'object')}${parts.length === 0 ? '' : `: ${listed(parts, 'and')}`}`;
}

/** The findings as lines: the objects below their words, then what is wired and what was not looked at. */
export function checkedLines({ objects, plainNames, notLookedAt }: Checked): string[] {
  const groups = ORDER.flatMap((word) => {
    const own = objects.filter((one) => one.word === word);
    if (own.length === 0) return [];
    return [`${TITLES[word]}:`, ...own.map((one) => `  ${one.object} (${whereText(one)}): ${one.why}`)];
  });
  return [
    ...groups,
    ...(plainNames === '' ? [] : [plainNames]),
    `${NOT_LOOKED_AT}:`,
    ...notLookedAt.map((text) => `  ${text}`),
  ];
}

/** Above what only the cluster can say. */
export const NOT_LOOKED_AT = 'Not looked at: needs the cluster';

/** What each word means, above its objects. */
const TITLES: Readonly<Record<Verdict['word'], string>> = {
  refused: 'Refused (nothing would be written)',
  coloured: 'Coloured (each revision has its own copy)',
  route: 'Live route (created by the first promote if it does not exist, else never applied)',
  backing: 'Backing (exists once, with its data: created if missing, else left)',
  shared: 'Shared (exists once for all revisions: created if missing, else left)',
  left: 'Left alone (not written)',
};
