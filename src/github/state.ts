/** What the step tells its post step: keys of the runner's state. Both are empty when the step tidied itself. */
export const STATE_LOCK = 'lock';
export const STATE_DEPLOYMENT = 'deployment';
