// Lets a child process of a test run our sources: node --import ./test/support/run-typescript.mjs src/cli/main.ts
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
