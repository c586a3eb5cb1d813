// @ts-expect-error a script without types
import { build, isBuilt } from '../../scripts/build.mjs';

/** Tests of processes run the build: it is made once, before all of them, unless it is of these sources already. */
export default function setup(): void {
  if (process.env.ACCEPTANCE_DIST || isBuilt()) return;
  if (build() !== 0) throw new Error('the build failed: its errors are above');
}
