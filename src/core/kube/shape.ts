import { isObject, type Json, type JsonObject, textAt, typeText } from '../base/json.ts';
import type { KubeObject } from './objects.ts';

/**
 * The content of a field. `check` says what is wrong below `at`. It reads empty values as Kubernetes does: an empty
 * field counts as missing, and an empty value in a map of strings is "".
 */
export interface Shape {
  readonly name: string;
  check(value: Json, at: string): string[];
}

export const text = scalar('a string', (value) => typeof value === 'string');
export const number = scalar('a number', (value) => typeof value === 'number');
const truth = scalar('a boolean', (value) => typeof value === 'boolean');
export const map = scalar('a map', isObject);
/** A map of strings: labels, selectors, annotations, data. */
const texts: Shape = {
  name: 'a map',
  check: (value, at) => {
    if (!isObject(value)) return [mismatch(value, at, 'a map')];
    return Object.entries(value).flatMap(([key, item]) => {
      if (item === null) value[key] = '';
      return item === null ? [] : text.check(item, `${at}.${key}`);
    });
  },
};

function scalar(name: string, accepts: (value: Json) => boolean): Shape {
  return { name, check: (value, at) => (accepts(value) ? [] : [mismatch(value, at, name)]) };
}

/** A list of these. */
export function list(item: Shape): Shape {
  return {
    name: 'a list',
    check: (value, at) =>
      Array.isArray(value)
        ? value.flatMap((one, index) => item.check(one, `${at}[${index}]`))
        : [mismatch(value, at, 'a list')],
  };
}

/** A map with these fields and any others, which the server checks. Fields in `required` are read without a check. */
export function fields(known: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape {
  return {
    name: 'a map',
    check: (value, at) => {
      if (!isObject(value)) return [mismatch(value, at, 'a map')];
      const prefix = at === '' ? '' : `${at}.`;
      return Object.entries(known).flatMap(([key, shape]) => {
        const found = Object.hasOwn(value, key) ? (value[key] ?? null) : null;
        if (found !== null) return shape.check(found, prefix + key);
        delete value[key];
        return required.includes(key) ? [`${prefix}${key} is missing: it must be ${shape.name}`] : [];
      });
    },
  };
}

/** Shows only the type of a value, since the value may be secret. */
function mismatch(value: Json, at: string, wanted: string): string {
  const hint = wanted === 'a string' && typeof value !== 'object' ? ': put it in quotation marks' : '';
  return `${at} is ${typeText(value)}, but must be ${wanted}${hint}`;
}

const METADATA = fields({ name: text, namespace: text, labels: texts, annotations: texts }, ['name']);
const SELECTOR = fields({ matchLabels: texts, matchExpressions: list(map) });
const TEMPLATE = fields({
  metadata: fields({ labels: texts, annotations: texts }),
  spec: fields({
    initContainers: list(map),
    containers: list(map),
    volumes: list(map),
    hostAliases: list(fields({ ip: text, hostnames: list(text) })),
  }),
});
const TARGET = fields({ apiVersion: text, kind: text, name: text });
const VERTICAL = { spec: fields({ targetRef: TARGET, updatePolicy: fields({ updateMode: text }) }) };
/** The fields of each kind that are read somewhere on the assumption that they match the API reference. */
const KINDS: Readonly<Record<string, KindShape>> = {
  'v1 Service': {
    spec: fields({
      selector: texts,
      ports: list(fields({ name: text, port: number, protocol: text, nodePort: number }, ['port'])),
      type: text,
      clusterIP: text,
    }),
  },
  'apps/v1 Deployment': {
    spec: fields({
      replicas: number,
      paused: truth,
      progressDeadlineSeconds: number,
      strategy: fields({ type: text }),
      selector: SELECTOR,
      template: TEMPLATE,
    }),
  },
  'batch/v1 Job': { spec: fields({ activeDeadlineSeconds: number, suspend: truth, template: TEMPLATE }) },
  'batch/v1 CronJob': {
    spec: fields({
      startingDeadlineSeconds: number,
      suspend: truth,
      jobTemplate: fields({ spec: fields({ template: TEMPLATE }) }),
    }),
  },
  'v1 ConfigMap': { data: texts, binaryData: texts, immutable: truth },
  'v1 Secret': { type: text, immutable: truth },
  'autoscaling/v1 HorizontalPodAutoscaler': { spec: scaler({ targetCPUUtilizationPercentage: number }) },
  'autoscaling/v2 HorizontalPodAutoscaler': { spec: scaler({ metrics: list(map) }) },
  'keda.sh/v1alpha1 ScaledObject': {
    spec: fields({
      scaleTargetRef: TARGET,
      minReplicaCount: number,
      maxReplicaCount: number,
      idleReplicaCount: number,
      advanced: fields({ horizontalPodAutoscalerConfig: fields({ name: text }) }),
      triggers: list(map),
    }),
  },
  'keda.sh/v1alpha1 TriggerAuthentication': { spec: map },
  'autoscaling.k8s.io/v1 VerticalPodAutoscaler': VERTICAL,
  'policy/v1 PodDisruptionBudget': { spec: fields({ selector: SELECTOR }) },
};

function scaler(more: Readonly<Record<string, Shape>>): Shape {
  return fields({ scaleTargetRef: TARGET, minReplicas: number, maxReplicas: number, ...more });
}

/** The fields of one kind. */
export type KindShape = Readonly<Record<string, Shape>>;

/**
 * Where an object, from whatever source, does not match the API reference; each text names object and field. In an
 * object without faults, every field may be read as typed. Empty fields are removed
 * from it (`rules:` in YAML is not a list). `own`: the fields of its kind, if the kind is not in the table above.
 */
export function shapeFaults(object: KubeObject, own?: KindShape): string[] {
  const known = own ?? KINDS[`${object.apiVersion} ${object.kind}`];
  // Kinds whose spec is read without a look.
  if (own !== undefined || (known !== undefined && object.kind === 'Service')) object.spec ??= {};
  const shape = fields({ metadata: METADATA, ...known }, ['metadata']);
  const name = `${object.kind} ${textAt(object, 'metadata', 'name') ?? '(without a name)'}`;
  return shape.check(object as unknown as JsonObject, '').map((fault) => `${name}: ${fault}`);
}
