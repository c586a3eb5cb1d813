// Finds a browser for the tests of the page. Needs no package.
import { findProgram, isExecutable } from './find-program.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ON_MACOS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const HOW_TO_GET_CHROMIUM =
  'no Chromium on the PATH, which the tests of the page need. Install one:\n' +
  '  Debian:  sudo apt-get install chromium\n' +
  '  Ubuntu:  sudo snap install chromium\n' +
  '  Fedora:  sudo dnf install chromium\n' +
  '  Alpine:  apk add chromium\n' +
  '  macOS:   brew install --cask chromium (Google Chrome will do)\n' +
  'or set CHROME_PATH to the program.';

/** @returns {string | null} its path */
export function chromium() {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH && isExecutable(CHROME_PATH)) return CHROME_PATH;
  return findProgram(...NAMES) ?? ON_MACOS.find(isExecutable) ?? null;
}
