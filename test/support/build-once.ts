// @ts-expect-error a script without types
import { build, isBuilt } from '../../scripts/build.mjs';

/** Tests of processes run the build: it is made once, before all of them, unless it is of these sources already. */
export default function setup(): void {
  const named = process.argv.slice(2).filter((argument) => argument.includes('test/'));
  const needed =
    named.length === 0 ||
    named.some((pattern) => /test\/(acceptance|chaos|outside|rates|secrets|topologies)/.test(pattern));
  if (process.env.ACCEPTANCE_DIST || !needed || isBuilt()) return;
  if (build() !== 0) throw new Error('the build failed: its faults are above');
}
