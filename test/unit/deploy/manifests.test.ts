import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { SETTINGS } from '../../../src/config.ts';

/** What deploy/ and docker-compose.yml hand to the processes, and the manifests against Kubernetes' published schemas. */

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const require = createRequire(import.meta.url);

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec?: {
    replicas?: number;
    selector?: { matchLabels: Record<string, string> };
    template?: { spec: PodSpec };
  };
}
interface PodSpec {
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext: { runAsNonRoot: boolean };
  containers: Container[];
}
interface Container {
  name: string;
  image: string;
  args: string[];
  env?: { name: string; value: string }[];
  livenessProbe?: object;
  readinessProbe?: object;
  securityContext: { readOnlyRootFilesystem: boolean; allowPrivilegeEscalation: boolean; capabilities: object };
}

const folder = 'deploy/kubernetes';
const files = readdirSync(join(root, folder)).filter((file) => file !== 'kustomization.yaml');
const manifests = files.flatMap((file) =>
  parseAllDocuments(read(`${folder}/${file}`)).map((document) => document.toJS() as Manifest),
);
const named = (kind: string) => manifests.filter((one) => one.kind === kind);
const podSpecs = manifests.flatMap(({ spec }) => (spec?.template ? [spec.template.spec] : []));
const containers = podSpecs.flatMap((spec) => spec.containers);
const ours = podSpecs.filter((spec) => spec.containers.some(({ image }) => image === 'livestream-scheduler'));

/** A setting, or where it comes from: NAME_FILE. */
const SETTING_NAMES = new Set(SETTINGS.flatMap(({ name }) => [name, `${name}_FILE`]));
const unknownSettings = (names: string[]) => names.filter((name) => !SETTING_NAMES.has(name));

describe('deploy/kubernetes', () => {
  it.each(manifests.map((one) => [`${one.kind} ${one.metadata.name}`, one] as const))(
    '%s fits the schema that Kubernetes publishes',
    (_name, manifest) => {
      const models = require(`kubernetes-models/${manifest.apiVersion}`) as Record<
        string,
        new (
          one: Manifest,
        ) => { validate(): void }
      >;
      const Model = models[manifest.kind];
      if (!Model) throw new Error(`Kubernetes has no ${manifest.kind} in ${manifest.apiVersion}`);
      expect(() => new Model(manifest).validate()).not.toThrow();
    },
  );

  it('lists every file in kustomization.yaml', () => {
    const { resources } = parse(read(`${folder}/kustomization.yaml`)) as { resources: string[] };
    expect([...resources].sort()).toEqual([...files].sort());
  });

  it('runs nothing as root, with a writable root or with rights', () => {
    expect(containers.length).toBe(3);
    for (const spec of podSpecs)
      expect([spec.securityContext.runAsNonRoot, spec.automountServiceAccountToken]).toEqual([true, false]);
    for (const { securityContext } of containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('gives each process probes, time to stop, a role that exists and a disruption budget', () => {
    expect(ours.flatMap((spec) => spec.containers.flatMap(({ args }) => args))).toEqual(['api', 'worker']);
    for (const {
      containers: [container],
      terminationGracePeriodSeconds,
    } of ours) {
      expect(container).toMatchObject({ livenessProbe: expect.anything(), readinessProbe: expect.anything() });
      expect(terminationGracePeriodSeconds).toBeGreaterThan(15);
    }
    const protectedBy = named('PodDisruptionBudget').map(({ spec }) => spec?.selector?.matchLabels);
    expect(protectedBy).toEqual(named('Deployment').map(({ spec }) => spec?.selector?.matchLabels));
  });

  it('sets only settings that exist, and secrets only as files', () => {
    const names = [
      ...named('ConfigMap').flatMap(({ data }) => Object.keys(data ?? {})),
      ...ours.flatMap((spec) => spec.containers.flatMap(({ env }) => env?.map(({ name }) => name) ?? [])),
    ];
    expect(unknownSettings(names)).toEqual([]);
    expect(names.filter((name) => /SECRET|KEY/.test(name) && !name.endsWith('_FILE'))).toEqual([]);
  });
});

/** The container's own, or of no use in it. */
const NOT_IN_COMPOSE = new Set([
  ...['DATA_DIR', 'PORT', 'SANDBOX_PORT', 'LOG_FORMAT'],
  // TZ says it. Only tests make the 30 s shorter. Tracing needs another command line.
  ...['LIVESTREAM_TIMEZONE', 'START_RETRY_MS', 'TRACING'],
]);

it('docker-compose.yml hands on every setting, and only what exists', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { build?: string; environment?: Record<string, unknown> }>;
  };
  const names = Object.values(compose.services)
    .filter(({ build }) => build)
    .flatMap(({ environment }) => Object.keys(environment ?? {}));
  expect(names.length).toBeGreaterThan(20);
  expect(unknownSettings(names).filter((name) => name !== 'TZ')).toEqual([]);
  const left = SETTINGS.filter(({ name }) => !names.includes(name) && !NOT_IN_COMPOSE.has(name));
  expect(left.map(({ name }) => name)).toEqual([]);
});

describe('deploy/systemd', () => {
  it('sets only settings that exist', () => {
    const names = [...read('deploy/systemd/livestream.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(unknownSettings(names as string[])).toEqual([]);
    expect(names).toContain('REDIS_URL');
  });

  it.each(['livestream-api.service', 'livestream-worker@.service'])(
    '%s waits until the service reports that it is ready',
    (unit) => {
      const text = read(`deploy/systemd/${unit}`);
      for (const line of ['Type=notify', 'NotifyAccess=all', 'WatchdogSec=60', 'TimeoutStopSec=20'])
        expect(text).toContain(`\n${line}\n`);
      expect(text).toMatch(/^ExecStart=\S+\/livestream (api|worker)$/m);
    },
  );
});
