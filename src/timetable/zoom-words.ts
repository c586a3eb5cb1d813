/** What precedes the number in Zoom's invitations, in the languages Zoom writes and a few more. Sources of regular expressions. */

const DASH = String.raw`[ \u00a0\u2010-\u2015_-]?`;
/** Excludes `notes` and `ideas`. A long line may break before `ID`, and a date may follow a `no.` on the next line. */
const NUMBER = String.raw`(?:${DASH}(?:id(?![a-z])|no(?:\.|(?![a-z]))|number|#)|\r?\nid(?![a-z]))`;

/**
 * These words do not promise a number: only a complete one is accepted after them, and elsewhere they say nothing about what a link leads
 * to.
 */
export const BARE_WORDS = `zoom(?:${DASH}(?:${[
  ...['meeting', 'room', 'webinar', 'pmi', 'konferenz', 'raum', 'sitzung', 'besprechung', 'vergadering'],
  ...['réunion', 'reunión', 'riunione'],
].join('|')}))?`;

export const WEBINAR_WORDS = [
  `(?:zoom )?webinar${NUMBER}`,
  `webinar${DASH}(?:kennung|nummer)`,
  `(?:id|identifiant|n°|numéro) (?:de |du |d['’]un )?webinaire`,
  `id (?:del? |do |da )?(?:webinar(?:io)?|webinário|seminario web|seminário (?:on-?line|web))`,
  `identyfikator webinaru|id webinaru`,
  `(?:идентификатор|id) вебинара|ідентифікатор вебінару`,
  `web(?:b(?:inarie|seminarie)|inár|inar)${NUMBER}|web semineri (?:kimliği|no)|id hội thảo(?: (?:trực tuyến|trên web))?`,
  `(?:идентификатор|id|код) веб-(?:семинара|конференции)|ідентифікатор вебінара`,
  `ウェビナー ?(?:ID|番号)|웨비나 ?(?:ID|번호)|(?:网络研讨会|網路研討會|網絡研討會) ?(?:ID|号|號)`,
].join('|');

export const MEETING_WORDS = [
  `(?:zoom${DASH})?(?:meeting|conference|mtg)${NUMBER}|zoom (?:link|call)${NUMBER}`,
  `zoom${NUMBER}`,
  `(?:meeting|besprechungs|sitzungs|konferenz|vergader(?:ing)?s?|mötes|møde|møte)${DASH}(?:id|kennung|nummer|nr\\.?)`,
  `(?:id|identifiant|n°|numéro) (?:de |de la |du |d['’]une )?(?:réunion|reunion|meeting)`,
  `id (?:de |de la |da |della |di )?(?:reunión|reunion|reunião|reuniao|riunione|meeting)`,
  `(?:número|numero) (?:de |de la |da |della )?(?:reunión|reunião|riunione)`,
  `(?:identyfikator|id|numer) spotkania`,
  `(?:идентификатор|id|номер) (?:конференции|собрания|встречи)`,
  `(?:ідентифікатор|id|номер) (?:конференції|зустрічі|наради)`,
  `toplantı (?:kimliği|no|id|numarası)|id schůzky|id stretnutia|kokouksen (?:tunnus|id)|id cuộc họp|id rapat`,
  `(?:kokous|palaveri)(?:tunnus|${DASH}id)|αναγνωριστικό (?:σύσκεψης|συνάντησης)|értekezlet[ -]?azonosító(?:ja)?`,
  `id(?:-ul)? (?:întâlnire|întâlnirii|ședință|ședinței|sedinta)|id (?:sastanka|sestanka|mesyuarat|reunió|de la reunió)`,
  `id на срещата|код конференции|meeting kimliği|รหัสการประชุม|شناسه جلسه|मीटिंग (?:आईडी|ID)`,
  `zoom(?: ?[,(|:] ?)(?:id|kennung|nr\\.?)`,
  `מזהה (?:ה)?פגישה|معرف الاجتماع`,
  `(?:ミーティング|会議) ?(?:ID|番号)|(?:회의|미팅) ?(?:ID|번호)|(?:会议|會議) ?(?:ID|号|號|号码|號碼)`,
].join('|');
