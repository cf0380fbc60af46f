import * as v from 'valibot';
import { isObject, type Json, type JsonObject } from '../../core/base/json.ts';
import { filled } from '../../core/base/placeholders.ts';
import { quoted, shortened } from '../../core/base/quoted.ts';
import { settings } from '../../core/base/settings.ts';
import type { CheckKind } from '../check-kind.ts';
import { withFiles } from '../files.ts';
import { jsonFrom, type MetricReading } from '../metrics/ask.ts';
import { type Moment, measured } from '../metrics/measure.ts';
import { address, fitting, MEASURING, THRESHOLD } from '../metrics/settings.ts';
import { inBakeBy } from '../points.ts';
import type { CheckTools } from '../tools.ts';

const QUERY = 'expected a query in PromQL';
const map = v.pipe(
  settings({ prometheus: v.pipe(v.string(QUERY), v.regex(/\S/, QUERY)), url: address, ...MEASURING }),
  fitting(({ prometheus: asked, url }) => ({ asked, url })),
  v.metadata(THRESHOLD),
);
type Settings = v.InferOutput<typeof map>;

/** Asks a server that speaks the HTTP API of Prometheus for one value. */
export const prometheus: CheckKind<Settings> = {
  key: 'prometheus',
  form: 'a map with prometheus',
  about: 'Asks Prometheus for a value and compares it with a threshold, or with that of the version before.',
  example: {
    prometheus:
      '(sum(rate(http_requests_total{revision="{revision}", code=~"5.."}[{window}])) or vector(0)) / sum(rate(http_requests_total{revision="{revision}", code!=""}[{window}]))',
    url: 'https://prometheus.example.com',
    'at-most': 0.01,
    at: 'bake',
  },
  schema: map,
  withFiles,
  inBake: ({ at }) => inBakeBy(at),
  make: (settings, tools) =>
    measured(
      {
        name: shortened(settings.prometheus.trim().replaceAll(/\s+/g, ' ')),
        kind: 'prometheus',
        where: settings.url.origin,
        asked: settings.prometheus,
        read: (moment, signal) => read(settings, moment, tools, signal),
      },
      settings,
      tools,
    ),
};

async function read(
  settings: Settings,
  { filling, ago }: Moment,
  tools: CheckTools,
  signal: AbortSignal,
): Promise<MetricReading> {
  const query = (text: string, time?: number) =>
    jsonFrom({ url: queryUrl(settings, text, time) }, settings, filling, tools, signal).then((answer) =>
      'fault' in answer ? answer : valueIn(answer.json),
    );
  // The clock of the server counts: it may differ from that of the runner.
  const now = ago === 0 ? { value: 0 } : await query('time()');
  if (!('value' in now)) return now;
  return query(filled(settings.prometheus, filling), ago === 0 ? undefined : now.value - ago / 1_000);
}

function queryUrl({ url }: Settings, query: string, time: number | undefined): URL {
  const own = new URL(url);
  own.pathname = `${url.pathname.replace(/\/$/, '')}/api/v1/query`;
  own.searchParams.set('query', query);
  if (time !== undefined) own.searchParams.set('time', time.toFixed(3));
  return own;
}

/** The one value of an answer: https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries */
function valueIn(answer: Json): MetricReading {
  const given = isObject(answer) && answer.status === 'success' ? answer : {};
  const { resultType, result } = isObject(given.data) ? given.data : {};
  if (!Array.isArray(result) || (resultType !== 'vector' && resultType !== 'scalar'))
    return { fault: `expected one value, and the answer is ${shortened(JSON.stringify(answer))}` };
  const warning = warningIn(given);
  if (warning !== undefined) return { fault: warning };
  if (resultType === 'scalar') return numberIn(result, result);
  if (result.length > 1)
    return {
      fault: `expected one value, and the query gives ${result.length} series: aggregate them, for example with sum()`,
    };
  const [first] = result;
  if (first === undefined) return { none: 'the query gives nothing' };
  return numberIn(isObject(first) ? first.value : undefined, first);
}

/** The number of a sample, which stands after its time; `given` is what the sample is in. */
function numberIn(sample: Json | undefined, given: Json): MetricReading {
  const text = Array.isArray(sample) ? sample[1] : undefined;
  if (text === 'NaN') return { none: 'the query gives NaN' };
  const value = text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
  if (typeof text === 'string' && text.trim() !== '' && !Number.isNaN(value)) return { value };
  if (text === undefined && isObject(given) && given.histogram !== undefined)
    return {
      fault: 'expected a number, and the query gives a native histogram: take one of it, such as histogram_quantile()',
    };
  return { fault: `expected a number, and the value is ${shortened(JSON.stringify(text ?? given))}` };
}

/** Servers without a field for remarks about the query put them among the warnings. */
const REMARK = /^PromQL info\b/;

/**
 * What a server says against its own answer, which may lack series then: a store is down, or a remote read failed.
 * VictoriaMetrics has a field of its own for that. https://docs.victoriametrics.com/victoriametrics/cluster-victoriametrics/
 */
function warningIn({ warnings, isPartial }: JsonObject): string | undefined {
  const said = (Array.isArray(warnings) ? warnings : []).map((one) =>
    typeof one === 'string' ? one : JSON.stringify(one),
  );
  const first = said.find((one) => !REMARK.test(one));
  if (first !== undefined) return `expected an answer without warnings, and the server warns: ${quoted(first)}`;
  return isPartial === true ? 'expected a complete answer, and the server says that it is partial' : undefined;
}
