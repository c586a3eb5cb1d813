import { describe, expect, it } from 'vitest';
import { findZoom, findZoomNumber } from '../../../src/timetable/zoom-number.ts';

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
  [
    'https://eu-west-1.protection.sophos.com/?d=zoom.us&u=aHR0cHM6Ly96b29tLnVzL2ovODEyMzQ1Njc4OTA_cHdkPXg=&i=N',
    '81234567890',
    'meeting',
  ],
  ['https://secure-web.cisco.com/1abc/https%3A%2F%2Fzoom.us%2Fj%2F81234567890', '81234567890', 'meeting'],
  ['https://zoom.us/launch/jc/81234567890', '81234567890', 'meeting'],
  [
    'https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url=https%3A%2F%2Fzoom.us%2Fj%2F81234567890%3Fpwd%3Dx&locale=en',
    '81234567890',
    'meeting',
  ],
  ['https://urldefense.com/v3/__https:/us02web.zoom.us/j/81234567890?pwd=Q*R__;Iw!!abc!d$', '81234567890', 'meeting'],
  ['https://urldefense.us/v3/__https://acme.zoomgov.com/j/1612345678__;!!abc$', '1612345678', 'meeting'],
  ['https://protect2.fireeye.com/v1/url?k=a&q=1&u=https%3A%2F%2Fzoom.us%2Fj%2F81234567890', '81234567890', 'meeting'],
  ['zoommtg:zoom.us/start?confid=x&confno=81234567890', '81234567890', 'meeting'],
  ['https://app.zoom.us/wc/81234567890/start?fromPWA=1', '81234567890', 'meeting'],
  ['https://zoom.us/s/81234567890#success', '81234567890', 'meeting'],
  ['HTTPS://US02WEB.ZOOM.US/J/812-3456-7890', '81234567890', 'meeting'],
  ['Zoom webinar 912 3456 7890', '91234567890', 'webinar'],
  ['Zoom-Webinar: 9123456789', '9123456789', 'webinar'],
  ['Zoom PMI: 812 345 6789', '8123456789', 'meeting'],
  ['https://zoom.us/w_p/91234567890', '91234567890', 'webinar'],
  ['https://zoom.us//j/81234567890', '81234567890', 'meeting'],
  ['sip:81234567890.123456@zoomcrc.com', '81234567890', 'meeting'],
  ['Zoom, one tap mobile: +16699006833,,81234567890#,,,,*123456#', '81234567890', 'meeting'],
  ['Zoom call\nID: 812 3456 7890', '81234567890', 'meeting'],
  ['Web Semineri Kimliği: 912 3456 7890', '91234567890', 'webinar'],
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
  'Meeting ID – 812 3456 7890',
  'Die Meeting-ID ist 812 3456 7890',
  'Zoom (ID 812 3456 7890)',
  'Zoom-Konferenz 812 3456 7890',
  '<p>Meeting-ID:<br><b>812 3456 7890</b></p>',
  'Meeting ID:&nbsp;812&nbsp;3456&nbsp;7890',
  'ミーティングID：８１２３４５６７８９０',
  'ID de re\u0301union : 812 3456 7890',
  'Kokoustunnus: 812 3456 7890',
  'Értekezlet azonosítója: 812 3456 7890',
  'Αναγνωριστικό σύσκεψης: 812 3456 7890',
  'ID-ul întâlnirii: 812 3456 7890',
  'รหัสการประชุม: 812 3456 7890',
  'ID на срещата: 812 3456 7890',
  'Meeting ID: 812\u20093456\u20097890',
  'Meeting ID: 812\u20113456\u20117890',
  'Meeting ID: 812.3456.7890',
  'Meeting ID: 812  3456  7890',
  'Meeting ID: 812 - 3456 - 7890',
  'Meeting ID: 812\t3456\t7890',
  'Meeting\r\nID: 812 3456 7890',
  '*Meeting ID:* 812 3456 7890',
  '**Meeting ID**: **812 3456 7890**',
  'meeting_id=81234567890',
  'Zoom ID/passcode: 812 3456 7890 / 9876543210',
  'Meeting ID / PW: 81234567890/123456',
  'Passcode: 9876543210, Meeting ID: 812 3456 7890 (passcode 9876543210)',
  'Zoom: ID 812 3456 7890, PW 12345',
  'Zoom call ID: 812 3456 7890',
  'Zoom Mtg ID 812 3456 7890',
  '<td>Meeting ID</td><td>812 3456 7890</td>',
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
  'Passcode for Zoom: 812345678',
  'Zoom. Meeting password: 812345678',
  'Meeting number (access code): 2345 678 9012',
  '81234567890@zoomcrc.com.example.org',
  'https://zoom.us/rec/share/81234567890',
  'https://zoom.us/u/kabc81234567890',
  'https://zoom.us/webinar/register/81234567890',
  'https://acme-zoom.us/j/81234567890',
  'Tel. +49 69 7104 9922',
  'Zoom: 030 1234 5678',
  'Zoom 20301202 1300',
  'Zoom Room 12345678',
  'Participant ID: 812 3456 7890',
  'Meeting ID: 812 345 678 https://meeting.tencent.com/dm/abc',
  'Call +49 69 1234567,,81234567890#',
  'Zoom Webinar 20301202',
  'Zoom Webinar 123456789',
  'Zoom Webinar 555 123 4567',
  'Zoom PMI 20301202',
  'Zoom #20301202',
  'Zoom Meeting # 20301202',
  'Zoom-Sitzung 20301202',
  'Password for the Zoom Webinar: 123456789',
  'Kenncode Zoom-Webinar: 12345678',
  'Zoom / passcode: 123456789',
  'via Zoom\n________\n555-123-4567',
  'via Zoom\n___\n555-123-4567',
  'meeting\nno. 20301202',
  'Microsoft Teams meeting https://teams.microsoft.com/l/x Meeting ID: 812 345 678',
])('finds none in %j', (text) => expect(findZoomNumber([text])).toBeNull());

it.each([
  [['https://zoom.us/j/81234567890', 'or https://zoom.us/w/92222222222'], ['92222222222']],
  [
    ['https://zoom.us/j/81234567890 https://zoom.us/j/92222222222 https://zoom.us/s/93333333333'],
    ['92222222222', '93333333333'],
  ],
  [['https://zoom.us/j/81234567890?pwd=1234567890', 'https://us02web.zoom.us/s/81234567890'], undefined],
  [['https://zoom.us/j/81234567890', 'https://zoom.us/rec/share/92222222222'], undefined],
])('names the other meetings beside the one that it takes: %j', (texts, others) =>
  expect(findZoom(texts)).toMatchObject({ found: { meetingId: '81234567890' }, ...(others && { others }) }),
);

describe('the kind of the meeting in a link', () => {
  it.each([
    ['Prep call for the Zoom webinar next week', 'meeting'],
    ['Topic: Zoom Webinar Training', 'meeting'],
    ['Webinar notes', 'meeting'],
    ['Ideas for the webinar: webinar ideas', 'meeting'],
    ['Webinar ID: 812 3456 7890', 'webinar'],
    ['Webinar no. 812 3456 7890', 'webinar'],
    ['Zoom-Webinar-ID', 'webinar'],
  ])('beside %j', (title, kind) => {
    expect(findZoomNumber([title, 'https://acme.zoom.us/j/81234567890'])).toEqual({ meetingId: '81234567890', kind });
  });
});

/** Hours, where two parts of a pattern may take the same character. */
describe('64 kB of the same takes no time', () => {
  const LENGTH = 65_536;
  it.each([
    '\n',
    '\r\n',
    ' ',
    '\t',
    '\u00a0',
    '*',
    '_',
    ' *_',
    '*\n',
    '\n- ',
    '<br>\n',
    '> \n',
    '1 \n',
    'Zoom \n',
    'Zoom ID: 8\n',
  ])('%j', (part) => {
    const filling = part.repeat(LENGTH / part.length);
    for (const name of ['Zoom', 'Meeting ID', 'Webinar ID:', 'Zoom https://zoom.us/j/'])
      expect(findZoomNumber([`${name}${filling}123 x\n812\n`])).toBeNull();
  });

  it('mimecast', () => expect(findZoomNumber(['mimecast.com/s/'.repeat(LENGTH / 8), 'zoom'])).toBeNull());
});

describe('why there is none', () => {
  it.each([
    ['https://zoom.us/my/the.mayor', 'personal'],
    ['https://zoom.us/webinar/register/WN_abcdef', 'registration'],
    ['https://zoom.us/test', 'its Zoom link has none'],
    ['https://protect-eu.mimecast.com/s/AbC1?domain=us02web.zoom.us', 'hidden by a mail gateway'],
    ['Room 5', 'no Zoom number was found in it'],
  ])('%s', (text, why) => expect(findZoom([text])).toMatchObject({ found: null, why: expect.stringContaining(why) }));
});
