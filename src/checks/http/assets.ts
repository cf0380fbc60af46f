import { type Answered, isSuccess, statusText } from '../../core/checks/expect.ts';
import { type Bounds, reachOf } from './bounds.ts';
import { isHtml, type Reference } from './html.ts';

/** Something that a browser loads with a page. */
export interface Asset {
  readonly use: AssetUse;
  readonly url: URL;
}
type AssetUse = keyof typeof USES;

/** What a page needs, by where that is. */
export interface Assets {
  /** Within the bounds. */
  readonly here: readonly Asset[];
  /** At the live version, although the page is of a preview. */
  readonly live: readonly Asset[];
  /** On another origin, or of another application. */
  readonly elsewhere: readonly Asset[];
}

/** What runs as a script: https://mimesniff.spec.whatwg.org/#javascript-mime-type */
const SCRIPT = /^\s*(text|application)\/(x-)?(javascript(1\.\d)?|ecmascript|jscript|livescript)\s*(;|$)/i;
const STYLE = /^\s*text\/css\s*(;|$)/i;

/** What assets are called, and of which type a browser takes them. Images may be many, and a page works without. */
const USES = {
  script: { noun: 'script', wanted: 'JavaScript', fits: typeIs(SCRIPT) },
  style: { noun: 'stylesheet', wanted: 'text/css', fits: typeIs(STYLE) },
  preload: { noun: 'preload', wanted: 'another type than that of a page', fits: (answer: Answered) => !isHtml(answer) },
} as const;

function typeIs(wanted: RegExp): (answer: Answered) => boolean {
  return ({ headers }) => wanted.test(`${headers['content-type']}`);
}

/** The assets among what a page names, each once. */
export function assetsOf(references: readonly Reference[], bounds: Bounds): Assets {
  const found = { here: new Map<string, Asset>(), live: new Map<string, Asset>(), elsewhere: new Map<string, Asset>() };
  for (const { use, url } of references) {
    if (!isAsset(use)) continue;
    const place = found[reachOf(url, bounds)];
    const key = `${use} ${url.origin}${url.pathname}${url.search}`;
    if (!place.has(key)) place.set(key, { use, url });
  }
  return { here: [...found.here.values()], live: [...found.live.values()], elsewhere: [...found.elsewhere.values()] };
}

/** Whether a browser needs what is used so for the page itself. */
export function isAsset(use: Reference['use']): use is AssetUse {
  return Object.hasOwn(USES, use);
}

/** `/assets/app.js (script)`, for sentences. */
export function assetText({ use, url }: Asset): string {
  return `${url.pathname}${url.search} (${USES[use].noun})`;
}

/** Why an answer is not what a page needs as an asset, whoever gave it; undefined if it is. */
export function assetFault({ use }: Asset, answer: Answered): string | undefined {
  if (!isSuccess(answer.status)) return statusText(answer);
  const { wanted, fits } = USES[use];
  const type = answer.headers['content-type'];
  return fits(answer)
    ? undefined
    : `content-type is ${type === undefined ? 'missing' : `"${type}"`}; expected ${wanted}`;
}
