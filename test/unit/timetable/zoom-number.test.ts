import { expect, it } from 'vitest';
import { findZoomNumber } from '../../../src/timetable/zoom-number.ts';

it.each([
  ['https://us02web.zoom.us/j/68423085?pwd=abc', '68423085', 'meeting'],
  ['Join: https://zoom.us/w/91234567890?tk=x', '91234567890', 'webinar'],
  ['https://acme.zoomgov.com/wc/1612345678/join', '1612345678', 'meeting'],
  ['https://zoom.us/wc/join/1612345678', '1612345678', 'meeting'],
  ['Meeting ID: 684 2308 5\nPasscode: 123456', '68423085', 'meeting'],
  ['Webinar ID: 912 3456 7890', '91234567890', 'webinar'],
  ['https://zoom.us/j/91234567890\nWebinar ID: 912 3456 7890', '91234567890', 'webinar'],
])('%s', (text, meetingId, kind) => {
  expect(findZoomNumber(['Room 5', text])).toEqual({ meetingId, kind });
});

it.each(['https://example.org/j/68423085', 'https://notzoom.us.example/j/68423085', 'call 555 1234', 'Meeting ID: 12'])(
  'finds none in %s',
  (text) => expect(findZoomNumber([text])).toBeNull(),
);
