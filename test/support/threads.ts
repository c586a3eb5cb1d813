import { threadStart } from '../../src/in-thread.ts';

// The threads of what a test runs in its own process are TypeScript, too.
threadStart.execArgv = ['--import', new URL('./run-typescript.mjs', import.meta.url).href];
