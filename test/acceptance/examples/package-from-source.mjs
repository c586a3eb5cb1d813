// Lets the examples import the package by its name while it is not built.
import { register } from 'node:module';

const hooks = `
const entries = ${JSON.stringify({
  'livestream-scheduler': new URL('../../../src/index.ts', import.meta.url).href,
  'livestream-scheduler/client': new URL('../../../src/client/index.ts', import.meta.url).href,
})};
export const resolve = (name, context, next) =>
  entries[name] ? { url: entries[name], shortCircuit: true } : next(name, context);
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
