/**
 * How long requests of the API server may take, how long the lock lasts, and how long a run that is stopped may still
 * work. They depend on each other (docs/decisions/0015-slow-answers.md); test/core/base/timing.test.ts says how. In
 * milliseconds, unless the name says seconds.
 */

/** How long the API server lets an admission webhook work: `timeoutSeconds` is at most this. */
export const WEBHOOK_SECONDS = 30;
/** How long the server may work on a write or a dry run: it then reports in time that a webhook was too slow. */
export const SERVER_SECONDS = WEBHOOK_SECONDS + 5;
/** How long the answer to a write is waited for: the server's report that it was too slow needs a moment to arrive. */
export const WRITE_TIMEOUT = (SERVER_SECONDS + 2) * 1_000;
export const READ_TIMEOUT = 20_000;
/** How long it may take to establish a connection, TLS included. */
export const CONNECT_WITHIN = 8_000;

/** How long a request is sent again while the server has trouble, from when it was first sent. */
export const RETRY_TROUBLE = 10_000;
/** The same while the server says that it has too much to do: it executed nothing. */
export const RETRY_BUSY = 30_000;
/** The same after no answer at all: a write is repeated once, since its connection was most likely lost silently. */
export const RETRY_SILENT = WRITE_TIMEOUT + 3_000;

/** How often the lock is renewed. */
export const RENEW_EVERY = 5_000;
/** A request without an answer for this long is slow. */
export const SLOW_AFTER = 3_000;
/** How long the lock must still be certain when a write is sent: until the write counts as slow, and for one renewal. */
export const SURE = SLOW_AFTER + RENEW_EVERY;
/** How long before the end of the lock a write is given up: the server has to notice it. */
export const GIVE_UP_BEFORE_END = 2_000;
/** How long to wait before a write until the lock is certain. */
export const SURE_WITHIN = 30_000;
/** How long a lock outlives its last renewal: two renewals in a row may fail, and a write may still be sent. */
export const LEASE_SECONDS = 20;
/** The same once a write is slow: longer than the server may work on it. */
export const SLOW_LEASE_SECONDS = SERVER_SECONDS + 10;

/** How long a write that was sent may still take after the run was stopped: its answer says where visitors are. */
export const STOPPED_WRITE = 1_200;
/** How long after that it may begin to delete what it started and nobody needs any more: the write before comes first. */
export const STOPPED_REMOVAL = STOPPED_WRITE + 1_000;
/** How long a run that was stopped may read where it left the visitors. */
export const STOPPED_LOOK = 1_000;
/** How long the end of a run may take to release the lock, or to withdraw a request for it. */
export const RELEASE_WITHIN = 1_500;
