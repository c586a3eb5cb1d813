import { relative, sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What takes longest on two quiet cores, from 60 s down to 12 s, by folder. A long file that begins last leaves a core idle for as
 * long as it takes. Vitest begins with the longest, too, but in a fresh clone it knows no times yet, and goes by the size of the files. A name without a file does nothing.
 */
const LONGEST = [
  'integration/incidents/incidents',
  'integration/notifications/delivery',
  'integration/workers/watchdog',
  'integration/sources/zoom',
  'integration/notifications/collected-messages',
  'integration/scheduling/event-order',
  'integration/scheduling/pauses',
  'integration/library/library',
  'integration/broadcasts/listing',
  'integration/redis/write-probe',
  // Not side by side: those with a page, builds or a thousand requests at once, and those whose moments count.
  'acceptance/dashboard/watch',
  'acceptance/transient-errors-rule',
  'acceptance/up',
  'acceptance/dashboard/act',
  'acceptance/fair-places',
  'acceptance/dashboard/plan',
  'acceptance/late-host-rule',
  'acceptance/thirty-seconds-rule',
  'acceptance/shutdown-crash',
  'acceptance/outage',
  'acceptance/setup/setup',
  'acceptance/redis-crash',
  'acceptance/unknown-account',
  'acceptance/long-plan',
  'acceptance/examples/examples',
  'acceptance/secrets/webhook-abuse',
  'acceptance/token-rule',
  'acceptance/watch-screen',
  'acceptance/commands-timing',
  'acceptance/overdue-scanner-crash',
  'acceptance/advice',
  'acceptance/monitoring',
  'acceptance/kill-crash',
  'acceptance/skewed-worker',
  'acceptance/never-early',
  'acceptance/redis-clock-step',
  'acceptance/embedded-redis',
  'proof/chaos/chaos',
  'proof/topologies/topologies',
  'proof/rush',
  'proof/simulation/outage',
  'proof/mutations/mutations',
  'proof/fuzz/api',
  'proof/soak',
].map((name) => `test/${name}.test.ts`);

/** Each kind of test begins with its longest files. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.indexOf(relative(root, moduleId).split(sep).join('/'));
      return at === -1 ? LONGEST.length : at;
    };
    const order = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    return (await super.sort(files)).sort((a, b) => order(a) - order(b) || rank(a) - rank(b));
  }
}
