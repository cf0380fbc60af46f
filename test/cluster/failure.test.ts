import { describe, expect, test } from 'vitest';
import { failure } from '../../src/cluster/failure.ts';

const ATTEMPT = { verb: 'patch', resource: 'secrets', name: 'db' };
const said = (status: number, message: string, more: object = {}) =>
  failure({ status, body: { kind: 'Status', message, ...more }, wasAllowed: true }, ATTEMPT);

describe('an answer that is about the object is never blamed on the server', () => {
  const into = 'failed to convert new object (/db; /v1, Kind=Secret) to proper version: unable to convert';
  test.each([
    [
      500,
      `${into} unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 7`,
    ],
    [500, `${into} unstructured object to apps/v1, Kind=Deployment: quantities must match the regular expression`],
    [500, `${into} unstructured object to /v1, Kind=ConfigMap: parsing time "soon" as "2006-01-02T15:04:05Z07:00"`],
    [
      500,
      'failed to create typed patch object (/x; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema',
    ],
    [400, 'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 7'],
    [413, 'Request entity too large: limit is 3145728'],
    [422, 'Deployment.apps "x" is invalid: spec.template.spec.containers[0].name: Required value'],
  ])('%i %s', (status, message) => {
    expect(said(status, message)).toMatchObject({
      code: 'refused-by-server',
      message: `the API server refused patch secrets db: ${message}`,
    });
  });
});

test.each([500, 502, 503])('%i without such words is the trouble of the server', (status) => {
  expect(said(status, 'etcdserver: leader changed')).toMatchObject({
    code: 'unreachable',
    next: 'Run the step again when the API server has recovered.',
  });
});

test('a server that limits requests is reported as such', () => {
  const { code, message, next } = said(429, 'too many requests');
  expect({ code, next }).toEqual({ code: 'unreachable', next: 'Run the step again later.' });
  expect(message).toContain('is overloaded and refused patch secrets db');
});

test('a namespace that does not exist is distinguished from an object that does not', () => {
  const details = { kind: 'namespaces', name: 'shpo' };
  expect(said(404, 'namespaces "shpo" not found', { details })).toMatchObject({
    code: 'route',
    message: 'the namespace does not exist: namespaces "shpo" not found',
    next: 'Check the input namespace, or create the namespace first.',
  });
  expect(said(404, 'secrets "db" not found', { details: { kind: 'secrets' } }).message).toContain('not found: secrets');
});
