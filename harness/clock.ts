/**
 * The environment in which the action's clock is `minutes` ahead (behind, if negative), as on a runner whose clock is
 * wrong: Node loads a module first that moves `Date`. The monotonic clock, timers and the server's clock stay.
 */
export function clockOff(minutes: number): Record<string, string> {
  const source = `
    const Real = Date;
    const by = ${minutes} * 60_000;
    globalThis.Date = class Date extends Real {
      constructor(...given) {
        if (given.length === 0) super(Real.now() + by);
        else super(...given);
      }
      static now() {
        return Real.now() + by;
      }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}` };
}
