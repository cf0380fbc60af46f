import { constructFromEvents, EVENT_ID, type Event, parseEvents } from 'js-yaml';

/** Where a part of a YAML document begins, and the event that it begins with. */
interface Part {
  readonly offset: number;
  readonly at: number;
}

/**
 * The line, counted from 1, of what is at `path` in a YAML document that can be read. If nothing is there, that of the
 * closest part around it.
 */
export function lineAt(source: string, path: readonly string[]): number {
  const events = parseEvents(source, {});
  let found: Part = { offset: 0, at: 1 };
  for (const key of path) {
    const inside = partOf(events, found.at, key, source);
    if (inside === undefined) break;
    found = inside;
  }
  return source.slice(0, found.offset).split('\n').length;
}

/** The entry of the map, or the item of the list, that begins at `at`. */
function partOf(events: readonly Event[], at: number, key: string, source: string): Part | undefined {
  const parent = events[at]?.type;
  if (parent !== EVENT_ID.MAPPING && parent !== EVENT_ID.SEQUENCE) return undefined;
  let next = at + 1;
  for (let index = 0; !isEnd(events[next]); index += 1) {
    const first = events[next];
    const value = parent === EVENT_ID.MAPPING ? after(events, next) : next;
    const name = parent === EVENT_ID.MAPPING ? keyOf(first, source) : String(index);
    if (name === key) return { offset: offsetOf(first), at: value };
    next = after(events, value);
  }
  return undefined;
}

/** The event after the value that begins at `at`. */
function after(events: readonly Event[], at: number): number {
  let depth = 0;
  let next = at;
  do {
    const type = events[next]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth += 1;
    if (isEnd(events[next])) depth -= 1;
    next += 1;
  } while (depth > 0);
  return next;
}

function isEnd(event: Event | undefined): boolean {
  return event === undefined || event.type === EVENT_ID.POP;
}

function keyOf(event: Event | undefined, source: string): string | undefined {
  if (event?.type !== EVENT_ID.SCALAR) return undefined;
  const document = { type: EVENT_ID.DOCUMENT, explicitStart: false, explicitEnd: false, directives: [] };
  return String(constructFromEvents([document, event, { type: EVENT_ID.POP }], { source })[0]);
}

function offsetOf(event: Event | undefined): number {
  if (event === undefined) return 0;
  if ('valueStart' in event) return Math.max(0, event.valueStart);
  if ('start' in event) return event.start;
  return event.type === EVENT_ID.ALIAS ? event.anchorStart : 0;
}
