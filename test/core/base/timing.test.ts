import { expect, test } from 'vitest';
import {
  CONNECT_WITHIN,
  GIVE_UP_BEFORE_END,
  LEASE_SECONDS,
  READ_TIMEOUT,
  RELEASE_WITHIN,
  RENEW_EVERY,
  RETRY_SILENT,
  RETRY_TROUBLE,
  SERVER_SECONDS,
  SLOW_AFTER,
  SLOW_LEASE_SECONDS,
  STOPPED_LOOK,
  STOPPED_REMOVAL,
  STOPPED_WRITE,
  SURE,
  SURE_WITHIN,
  WEBHOOK_SECONDS,
  WRITE_TIMEOUT,
} from '../../../src/core/base/timing.ts';

/** A cancelled job gets SIGINT, and SIGTERM this much later. */
const CANCELLED_WITHIN = 7_500;
const LEASE = LEASE_SECONDS * 1_000;
const SLOW_LEASE = SLOW_LEASE_SECONDS * 1_000;
const SERVER = SERVER_SECONDS * 1_000;

test.each<[string, number, number]>([
  ['a webhook may take all its time before the server gives up', WEBHOOK_SECONDS * 1_000, SERVER],
  ['the server gives up before nobody waits for its answer', SERVER, WRITE_TIMEOUT],
  ['a write that was silent is repeated', WRITE_TIMEOUT, RETRY_SILENT],
  ['but once only', RETRY_SILENT, 2 * WRITE_TIMEOUT],
  ['a read that was silent is repeated', READ_TIMEOUT, RETRY_SILENT],
  ['a connection that does not come about is tried again', CONNECT_WITHIN, RETRY_TROUBLE],
  ['a write is known to be slow before it is given up', SLOW_AFTER, SURE - GIVE_UP_BEFORE_END],
  ['and there is time left for a renewal', SLOW_AFTER + GIVE_UP_BEFORE_END, SURE],
  ['a write may still be sent after two renewals failed', 2 * RENEW_EVERY + SURE, LEASE],
  ['a lock that was taken is sure at once', SURE, LEASE],
  ['a renewal may fail several times before the lock counts as lost', LEASE, SURE_WITHIN],
  ['a slow write is decided before its lock ends, though nobody can close its connection', SERVER, SLOW_LEASE],
  ['and nobody waits for its answer any more', WRITE_TIMEOUT, SLOW_LEASE - GIVE_UP_BEFORE_END],
  ['a slow lock outlives a usual one', LEASE, SLOW_LEASE],
  ['what a stopped run removes waits for the write before', STOPPED_WRITE, STOPPED_REMOVAL],
  [
    'a cancelled run has ended before SIGTERM',
    STOPPED_REMOVAL + STOPPED_WRITE + STOPPED_LOOK + RELEASE_WITHIN,
    CANCELLED_WITHIN,
  ],
])('%s: %d ms < %d ms', (_, shorter, longer) => {
  expect(shorter).toBeLessThan(longer);
});

test('a read that was silent is repeated once only', () => {
  expect(2 * READ_TIMEOUT).toBeGreaterThanOrEqual(RETRY_SILENT);
});
