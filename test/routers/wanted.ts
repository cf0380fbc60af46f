const wanted = process.env.GREENPATH_ROUTERS?.split(',');

/** Whether this run is about a router: all are wanted unless GREENPATH_ROUTERS names some. */
export function isWanted(router: string): boolean {
  return wanted === undefined || wanted.includes(router);
}
