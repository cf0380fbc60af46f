/** How far apart in time answers are requested that are compared, in milliseconds: a clock on a page changes within that. */
export const ANSWERS_APART = 1_100;
