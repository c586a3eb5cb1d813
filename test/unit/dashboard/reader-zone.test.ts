import { expect, it } from 'vitest';
import { readerZone } from '../../../dashboard/reader-zone.ts';

it.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['UTC', 'UTC'],
  // Chromium in a container without a time zone, and with TZ=Mars/Phobos; Intl takes neither.
  ['Etc/Unknown', 'UTC'],
  ['', 'UTC'],
])('the zone of a browser in %j is %s, which the API takes', (browser, zone) => expect(readerZone(browser)).toBe(zone));
