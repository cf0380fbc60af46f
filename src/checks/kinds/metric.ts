import * as v from 'valibot';
import { inTurn } from '../../core/base/bounded.ts';
import { type Filling, filled } from '../../core/base/placeholders.ts';
import { counted } from '../../core/base/plural.ts';
import { shortened } from '../../core/base/quoted.ts';
import { settings } from '../../core/base/settings.ts';
import { body, bytesOf } from '../body.ts';
import type { CheckKind } from '../check-kind.ts';
import { withFiles } from '../files.ts';
import { jsonPath, selected } from '../json-path.ts';
import { jsonFrom, type MetricReading } from '../metrics/ask.ts';
import { measured } from '../metrics/measure.ts';
import { ADDRESS, fitting, isAddress, MEASURING, THRESHOLD } from '../metrics/settings.ts';
import { inBakeBy } from '../points.ts';
import { query, withQuery } from '../query.ts';
import type { CheckTools } from '../tools.ts';
import { urlAt } from '../url-at.ts';

const METRIC = 'expected a method and an address, such as "GET https://api.example.com/errors"';
const line = v.pipe(
  v.string(METRIC),
  v.regex(/^(GET|POST) [Hh][Tt]{2}[Pp][Ss]?:\/\/[^\s{]+$/, METRIC),
  v.check((given) => isAddress(addressIn(given)), ADDRESS),
  v.transform((given) => ({ method: given.startsWith('GET ') ? 'GET' : 'POST', url: new URL(addressIn(given)) })),
);
/** What is sent, in which placeholders may stand. */
const askedOf = ({ query, headers, body }: { query: unknown; headers: unknown; body?: unknown }) => [
  query,
  headers,
  body,
];
const map = v.pipe(
  settings({
    metric: line,
    query: v.optional(query, {}),
    body: v.optional(body),
    value: jsonPath,
    ...MEASURING,
  }),
  fitting((given) => ({ asked: askedOf(given), url: given.metric.url })),
  v.metadata(THRESHOLD),
);
type Settings = v.InferOutput<typeof map>;

/** Asks any JSON API for one number. */
export const metric: CheckKind<Settings> = {
  key: 'metric',
  form: 'a map with metric',
  about: 'Asks any JSON API for a number, such as that of Datadog or New Relic, and compares it with a threshold.',
  example: { metric: 'GET https://api.example.com/errors', value: '$.rate', 'at-most': 0.01, at: 'bake' },
  schema: map,
  inBake: ({ at }) => inBakeBy(at),
  withFiles,
  make: (settings, tools) => {
    const { method, url } = settings.metric;
    return measured(
      {
        name: `${method} ${url.host}${url.pathname} ${settings.value}`,
        kind: 'metric',
        where: url.origin,
        asked: askedOf(settings),
        read: ({ filling }, signal) => read(settings, filling, tools, signal),
      },
      settings,
      tools,
    );
  },
};

/** The address in the line that names it. */
function addressIn(line: string): string {
  return line.slice(line.indexOf(' ') + 1);
}

async function read(
  settings: Settings,
  filling: Filling,
  tools: CheckTools,
  signal: AbortSignal,
): Promise<MetricReading> {
  const { method, url } = settings.metric;
  const path = withQuery(url.pathname, settings.query, (text) => encodeURIComponent(filled(text, filling)));
  const sent = settings.body && bytesOf(settings.body, filling);
  const answer = await jsonFrom({ url: urlAt(url, path), method, body: sent }, settings, filling, tools, signal);
  if ('fault' in answer) return answer;
  const found = await inTurn(() => selected(settings.value, answer.json));
  if (typeof found === 'string') return { fault: found };
  const values = found.filter((one) => one !== null);
  const [value] = values;
  if (value === undefined) return { none: `${settings.value} selects nothing` };
  if (values.length > 1)
    return { fault: `expected one value, and ${settings.value} selects ${counted(values.length, 'value')}` };
  if (typeof value !== 'number')
    return { fault: `expected a number, and ${settings.value} selects ${shortened(JSON.stringify(value))}` };
  return { value };
}
