/** What the step passes to its post step: keys of the runner's state. Both are empty if the step cleaned up itself. */
export const STATE_LOCK = 'lock';
export const STATE_DEPLOYMENT = 'deployment';
