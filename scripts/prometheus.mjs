// Finds Prometheus for the test of the alert rules and the dashboard. Needs no package.
import { findProgram } from './find-program.mjs';

export const HOW_TO_GET_PROMETHEUS =
  'no prometheus on the PATH, which the test of the alert rules needs. Install it:\n' +
  '  Debian, Ubuntu: sudo apt-get install prometheus\n' +
  '  Alpine:         apk add prometheus\n' +
  '  macOS:          brew install prometheus';

/** @returns {string | null} its path; promtool stands beside it */
export function prometheus() {
  return findProgram('prometheus');
}
