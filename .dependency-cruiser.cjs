/** Imports point one way: shells → domain. `npm run deps` */

// The folders that talk to the outside with each of these packages; all others get what they need handed in.
const SHELLS = {
  bullmq: '^(src/queue|src/notifications|src/cli|src/app|src/standalone|workers)/',
  ioredis:
    '^(src/redis|src/queue|src/broadcasts/store|src/zoom|src/cli|src/http|src/observability|src/app|src/standalone|workers)/',
  fastify: '^(src/http|sandbox)/',
  undici: '^(src/outbound|src/zoom|src/cli|sandbox)/',
};

/** Fastify's own packages count with it. */
const packagePattern = (name) => (name === 'fastify' ? 'node_modules/(@fastify/|fastify/)' : `node_modules/${name}/`);

const shellRules = Object.entries(SHELLS).map(([name, from]) => ({
  name: `only-shells-use-${name}`,
  comment: `${name} is used by the shells only; types may be imported anywhere but in the domain`,
  severity: 'error',
  from: { path: '^(src|workers|sandbox)/', pathNot: [from, '^src/[^/]+\\.ts$'] },
  to: { path: packagePattern(name), dependencyTypesNot: ['type-only'] },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one, or lack a third',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment: 'src/broadcasts knows no HTTP, no command line, no queue and no client; types are fine',
      severity: 'error',
      from: { path: '^src/broadcasts/' },
      to: {
        path: '^(src/(http|cli|queue|scheduling|observability)|workers|sandbox)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'domain-does-not-call-zoom',
      comment: 'of src/zoom the domain takes types only',
      severity: 'error',
      from: { path: '^src/broadcasts/' },
      to: { path: '^src/zoom/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'inner-parts-know-no-surface',
      comment: 'queue, zoom and scheduling do not reach up to the API, the command line or the workers',
      severity: 'error',
      from: { path: '^src/(queue|zoom|scheduling|observability|config)/' },
      to: { path: '^(src/(http|cli)|workers)/' },
    },
    {
      name: 'sandbox-only-from-the-command-line',
      comment: 'the simulator must never be reachable from what talks to the real Zoom',
      severity: 'error',
      from: { path: '^(src|workers)/', pathNot: '^src/cli/' },
      to: { path: '^sandbox/' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(src|workers|sandbox)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-dev-packages-in-the-product',
      severity: 'error',
      from: { path: '^(src|workers|sandbox)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...shellRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
