import { afterAll } from 'vitest';
import { endOpened } from './opened.ts';

// Runs before every file. A hook in a module that files import would run after the first of them only.
afterAll(endOpened);
