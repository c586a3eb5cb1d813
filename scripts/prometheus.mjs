// Finds Prometheus for the test of the alert rules and the dashboard. Needs no package.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export const HOW_TO_GET_PROMETHEUS =
  'no prometheus on the PATH, which the test of the alert rules needs. Install it:\n' +
  '  Debian, Ubuntu: sudo apt-get install prometheus\n' +
  '  Alpine:         apk add prometheus\n' +
  '  macOS:          brew install prometheus';

/** @returns {string | null} its path; promtool stands beside it */
export function prometheus() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, 'prometheus')).find(isExecutable) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
