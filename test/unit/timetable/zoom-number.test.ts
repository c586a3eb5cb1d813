import { describe, expect, it } from 'vitest';
import { findZoomNumber, lookForZoom } from '../../../src/timetable/zoom-number.ts';

it.each([
  ['https://us02web.zoom.us/j/68423085?pwd=abc', '68423085', 'meeting'],
  ['Join: https://zoom.us/w/91234567890?tk=x', '91234567890', 'webinar'],
  ['https://acme.zoomgov.com/wc/1612345678/join', '1612345678', 'meeting'],
  ['https://zoom.us/wc/join/1612345678', '1612345678', 'meeting'],
  ['https://zoom.us/s/81234567890', '81234567890', 'meeting'],
  ['https://acme.zoom.com/j/81234567890', '81234567890', 'meeting'],
  ['https://example-uni.zoom-x.de/j/61234567890?pwd=abc', '61234567890', 'meeting'],
  ['us02web.zoom.us/j/81234567890', '81234567890', 'meeting'],
  ['zoom.us/j/812 3456 7890', '81234567890', 'meeting'],
  ['https://zoom.us/meeting/812345678', '812345678', 'meeting'],
  ['https://zoom.us/webinar/81234567890', '81234567890', 'webinar'],
  ['zoommtg://zoom.us/join?action=join&confno=81234567890&pwd=x', '81234567890', 'meeting'],
  ['sip:81234567890@zoomcrc.com', '81234567890', 'meeting'],
  ['https://zoom.us/j/81234567890 10:00', '81234567890', 'meeting'],
  [
    'https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fus02web.zoom.us%2Fj%2F81234567890%3Fpwd%3Dabc&data=05',
    '81234567890',
    'meeting',
  ],
  [
    'https://www.google.com/url?q=https%3A%2F%2Fexample.zoom.us%2Fj%2F81234567890%3Fpwd%3Dabc&sa=D',
    '81234567890',
    'meeting',
  ],
  ['https://urldefense.com/v3/__https://acme.zoom.us/j/81234567890?pwd=a__;!!abc$', '81234567890', 'meeting'],
  [
    'https://urldefense.proofpoint.com/v2/url?u=https-3A__acme.zoom.us_j_81234567890-3Fpwd-3Da&d=DwM',
    '81234567890',
    'meeting',
  ],
  [
    'https://linkprotect.cudasvc.com/url?a=https%3a%2f%2facme.zoom.us%2fj%2f81234567890&c=E,1',
    '81234567890',
    'meeting',
  ],
  ['https://gate.example/?u=https%253A%252F%252Fzoom.us%252Fj%252F81234567890', '81234567890', 'meeting'],
  ['Meeting ID: 684 2308 5\nPasscode: 123456', '68423085', 'meeting'],
  ['Webinar ID: 912 3456 7890', '91234567890', 'webinar'],
  ['https://zoom.us/j/91234567890\nWebinar ID: 912 3456 7890', '91234567890', 'webinar'],
])('%s', (text, meetingId, kind) => {
  expect(findZoomNumber(['Room 5', text])).toEqual({ meetingId, kind });
});

it.each([
  'Meeting ID: 812 3456 7890',
  'Meeting-ID: 812 3456 7890',
  'Besprechungs-ID: 812 3456 7890',
  'ID de réunion : 812 3456 7890',
  'Identifiant de la réunion: 812-3456-7890',
  'ID de reunión: 812 3456 7890',
  'ID de la reunión: 812 3456 7890',
  'ID da reunião: 812 3456 7890',
  'ID riunione: 812 3456 7890',
  'Vergadering-ID: 812 3456 7890',
  'Identyfikator spotkania: 812 3456 7890',
  'ミーティングID: 812 3456 7890',
  'ミーティング ID：812 3456 7890',
  '회의 ID: 812 3456 7890',
  '会议号：812 3456 7890',
  '會議 ID：812 3456 7890',
  'Идентификатор конференции: 812 3456 7890',
  'Toplantı Kimliği: 812 3456 7890',
  'Mötes-ID: 812 3456 7890',
  'Meeting ID:\n812\u00a03456\u00a07890',
  'Meeting ID: \u200e81234567890',
  'Meeting ID: 812 3456 7890 - 2nd floor',
  'Zoom meeting ID 812 3456 7890 10:00-11:30',
  'Meeting ID: 812 3456 7890, Passcode: 123456',
  'Meeting ID: 812 3456 7890 Passcode 987654',
  'Zoom: 812 3456 7890',
])('by its name: %s', (text) => {
  expect(findZoomNumber([text])?.meetingId).toBe('81234567890');
});

it.each([
  'https://example.org/j/68423085',
  'https://notzoom.us.example/j/68423085',
  'https://notzoom.us/j/68423085',
  'https://zoom.us.example.org/j/68423085',
  'call 555 1234',
  'Meeting ID: 12',
  'Meeting ID: 123 456 789 012',
  'Meeting ID: 234 567 890 12',
  'Meeting ID: 812345678901234',
  'Passcode: 812 3456 7890',
  'Tel. +49 69 7104 9922',
  'Microsoft Teams meeting https://teams.microsoft.com/l/x Meeting ID: 812 345 678',
])('finds none in %s', (text) => expect(findZoomNumber([text])).toBeNull());

describe('why there is none', () => {
  it.each([
    ['https://zoom.us/my/the.mayor', 'personal'],
    ['https://zoom.us/webinar/register/WN_abcdef', 'registration'],
    ['https://zoom.us/test', 'its Zoom link has none'],
    ['Room 5', 'no Zoom number was found in it'],
  ])('%s', (text, why) =>
    expect(lookForZoom([text])).toMatchObject({ found: null, why: expect.stringContaining(why) }),
  );
});
