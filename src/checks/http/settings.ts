import * as v from 'valibot';
import { auth, sentHeaders } from '../../core/base/credentials.ts';
import { byValue } from '../../core/base/forms.ts';
import { count, duration, flag, settings } from '../../core/base/settings.ts';
import { body } from '../body.ts';
import { group } from '../points.ts';
import { query } from '../query.ts';
import { tls } from '../tls.ts';
import { expectation } from './expectation.ts';
import { requestLine, shortForm } from './line.ts';

/** How a check of the kind `request` is written. */

const noAuth = v.literal('none', 'expected basic with user and password, bearer, or none');
const FURTHER = {
  query: v.optional(query, {}),
  headers: v.optional(sentHeaders, {}),
  auth: v.optional(byValue([noAuth, auth], (given) => (typeof given === 'string' ? noAuth : auth))),
  body: v.optional(body),
  tls,
  follow: v.optional(flag, false),
  page: v.optional(flag, false),
  expect: v.optional(expectation, {}),
  timeout: v.optional(duration, '5s'),
  group,
  passes: v.optional(count(1, 100)),
  retries: v.optional(count(0, 100)),
  live: v.optional(flag, false),
  bake: v.optional(flag),
};
const PAGE = 'page: true needs a GET, since only that gets a page';
const map = v.pipe(
  settings({ request: requestLine, ...FURTHER }),
  v.check(({ request, page }) => !page || request.method === 'GET', PAGE),
);
const DEFAULTS = v.parse(settings(FURTHER), {});
const short = v.pipe(
  shortForm,
  v.transform(({ method, path, status }): RequestSettings => {
    const expect = { ...DEFAULTS.expect, status };
    return { ...DEFAULTS, request: { method, path }, expect };
  }),
);

export type RequestSettings = v.InferOutput<typeof map>;
/** The short form is a text, and everything else a map. */
export const requestSettings = byValue([short, map], (given) => (typeof given === 'string' ? short : map));
