// Preloaded (NODE_OPTIONS=--import): this process reads the wall clock CLOCK_SKEW_MS off. SIGUSR2 steps it to the other side.
const right = Date.now;
let skew = Number(process.env.CLOCK_SKEW_MS ?? 0);
Date.now = () => right() + skew;
globalThis.Date = new Proxy(Date, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [target.now()] : given, made),
});
process.on('SIGUSR2', () => {
  skew = -skew;
});
