/** Imports point one way: shells → domain. `npm run deps` */

/**
 * Every folder, each after all those that it may import: so no two folders can need each other. Files at the top of `src`
 * are leaves (clock, errors, version) or entry points (index), and are left out; config.ts stands with its folder.
 */
const LAYERS = [
  'src/secrets',
  'src/time',
  'src/services',
  'src/broadcasts',
  'src/broadcasts/rules',
  'src/redis',
  'src/broadcasts/store',
  'src/config',
  'src/events',
  'src/tracing',
  'src/alerts',
  'src/access',
  'src/outbound',
  'src/queue',
  'src/zoom',
  'src/health',
  'src/notifications',
  'src/observability',
  'src/validation',
  'src/scheduling',
  'src/preflight',
  'src/series',
  'src/timetable',
  'src/calendars',
  'src/sources',
  'src/documents',
  'src/feeds',
  'src/http',
  'src/installation',
  'src/app',
  'src/standalone',
  'workers',
  'conformance',
  'src/cli',
  'src/library',
];

// A nested folder is a layer of its own: its parent's pattern takes only the files right inside.
const folderPattern = (folder) => (folder === 'src/broadcasts' ? '^src/broadcasts/[^/]+$' : `^${folder}/`);

const layerRules = LAYERS.slice(0, -1).map((folder, i) => ({
  name: `layer-${folder.replace('src/', '')}`,
  comment: `${folder} may import only the folders before it in LAYERS, types included`,
  severity: 'error',
  from: { path: folderPattern(folder) },
  to: {
    path: LAYERS.slice(i + 1).map(folderPattern),
  },
}));

// The folders that talk to the outside with each of these packages; all others get what they need handed in.
const SHELLS = {
  bullmq: '^(src/queue|src/notifications|src/cli|src/app|src/standalone|workers)/',
  ioredis:
    '^(src/redis|src/queue|src/broadcasts/store|src/zoom|src/cli|src/http|src/observability|src/app|src/standalone|workers)/',
  fastify: '^(src/http|sandbox)/',
  nodemailer: '^src/notifications/',
  '@opentelemetry/api': '^src/tracing/',
  undici: '^(src/outbound|src/zoom|src/cli|sandbox)/',
};

/** Fastify's own packages count with it. */
const packagePattern = (name) => (name === 'fastify' ? 'node_modules/(@fastify/|fastify/)' : `node_modules/${name}/`);

const shellRules = Object.entries(SHELLS).map(([name, from]) => ({
  name: `only-shells-use-${name}`,
  comment: `${name} is used by the shells only; types may be imported anywhere but in the domain`,
  severity: 'error',
  from: { path: '^(src|workers|sandbox|conformance)/', pathNot: [from, '^src/[^/]+\\.ts$'] },
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
      name: 'sandbox-only-from-the-command-line',
      comment:
        'the simulator must never be reachable from what talks to the real Zoom, and the conformance suite starts it',
      severity: 'error',
      from: { path: '^(src|workers)/', pathNot: '^src/cli/' },
      to: { path: '^(sandbox|conformance)/' },
    },
    {
      name: 'page-only-through-the-client',
      comment: 'the page talks to the API as anybody does, and runs in a browser: the client, and what is pure in it',
      severity: 'error',
      from: { path: '^dashboard/', pathNot: '^dashboard/vite.config.ts$' },
      to: {
        path: ['^(src|workers|sandbox|conformance|test)/', 'node:'],
        pathNot:
          '^src/(client/|config/roles.ts|json.ts|meeting-number.ts|time/|series/(occurrences|recurrence-rule|rule-expansion|rule-summary|series).ts)',
      },
    },
    { name: 'page-from-nowhere', severity: 'error', from: { path: '^src/' }, to: { path: '^dashboard/' } },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(src|workers|sandbox|conformance)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-dev-packages-in-the-product',
      severity: 'error',
      from: { path: '^(src|workers|sandbox|conformance)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        // An optional peer (tracing) is installed here for the tests.
        dependencyTypesNot: ['type-only', 'npm-peer'],
      },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'rules-are-pure',
      comment: 'decisions depend on nothing outside: no package that talks to something, no Node module',
      severity: 'error',
      from: { path: '^src/broadcasts/([^/]+|rules/.*)$' },
      // A hash is as pure as a sum, and so is zod: it says what shape a value must have.
      to: {
        dependencyTypes: ['core', 'npm'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^((node:)?crypto$|node_modules/zod/)',
      },
    },
    ...layerRules,
    ...shellRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
