// The dashboard: a page that only reads. It asks the API every two seconds, with the session that
// the user's key started (a cookie: the key itself is not kept), and shows what is on air, what is next, and what needs attention.

const REFRESH_MS = 2_000;
/** A request that takes longer is aborted: an API that hangs must not make old rows look current. */
const REQUEST_MS = 5_000;
/** Rows older than this are marked as old, whatever the reason. */
const MAX_AGE_MS = 10_000;
/** Below this, the clocks of this machine and of the server count as equal: the server reports its time in whole seconds. */
const MIN_SKEW_MS = 2_000;
const DAY_MS = 86_400_000;
/** Any more are counted, not listed. */
const MAX_ALERTS = 100;
const OPEN = ['starting', 'waiting', 'live', 'stopping'];

const $ = (id) => document.getElementById(id);
/** Whether the API has answered in this page: then a 401 means that the session has ended. */
let signedIn = false;
let shown = null;
/** The server's clock minus this machine's, ms. All rows use the server's. */
let skew = 0;
/** When the rows on the page were requested; null: there are none yet. */
let asOf = null;
/** Why the last attempt to read the API failed; null: it did not. */
let problem = null;

class KeyNeeded extends Error {}

const serverNow = () => Date.now() + skew;

async function request(path) {
  const response = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(REQUEST_MS) });
  const ahead = Date.parse(response.headers.get('date') ?? '') + 500 - Date.now();
  if (!Number.isNaN(ahead)) skew = Math.abs(ahead) < MIN_SKEW_MS ? 0 : ahead;
  return response;
}

async function ask(path) {
  const response = await request(path);
  if (response.status === 401) throw new KeyNeeded();
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail ?? `HTTP ${response.status}`);
  return response.json();
}

async function list(query) {
  const { broadcasts, nextCursor } = await ask(`/v1/broadcasts?${new URLSearchParams(query)}`);
  return Object.assign(broadcasts, { more: nextCursor !== null });
}

async function refresh() {
  const asked = { wall: Date.now(), monotonic: performance.now() };
  const now = serverNow();
  const [ready, alerts, summary, open, next, done] = await Promise.all([
    request('/readyz').then((response) => response.json()),
    ask(`/v1/alerts?state=open&limit=${MAX_ALERTS}`),
    ask('/v1/summary'),
    list({ status: OPEN.join(','), limit: 200 }),
    list({ status: 'scheduled', limit: 50 }),
    list({
      status: 'ended,canceled,missed,failed',
      from: new Date(now - DAY_MS).toISOString(),
      order: 'desc',
      limit: 200,
    }),
  ]);
  if (shown !== null) await readDetail(shown).catch(closeDetail);
  asOf = { ...asked, server: asked.wall + skew };
  showHealth(ready);
  showAttention(alerts.alerts, summary, ready);
  fill('now', open, 'Nothing is on air.');
  fill('next', next, 'Nothing is scheduled.');
  // `from` is about the start: a broadcast canceled long before its start would stay here until then.
  const lately = done.filter((one) => now - Date.parse(one.updatedAt) < DAY_MS);
  fill('done', Object.assign(lately, { more: done.more }), 'Nothing has finished.');
}

/** The open alerts: they cover every broadcast, however many there were today. Nothing else on the page needs a person. */
function showAttention(alerts, summary, ready) {
  const place = $('attention');
  if (alerts.length === 0) {
    const calm = ready.status === 'ready' ? 'No problems.' : `Not ready: ${ready.detail}`;
    place.replaceChildren(element('p', { className: 'empty', textContent: calm }));
    return;
  }
  const more = summary.alerts.open - alerts.length;
  const rest = `Showing the newest. ${more} more: livestream alerts --all`;
  place.replaceChildren(
    element('table', {}, [element('tbody', {}, alerts.map(alertRow))]),
    ...(more > 0 ? [element('p', { className: 'quiet', textContent: rest })] : []),
  );
}

function alertRow({ code, broadcastId, message, advice, raisedAt }) {
  const what = element(broadcastId === null ? 'span' : 'button', { textContent: message });
  if (broadcastId !== null) {
    Object.assign(what, { className: 'link', type: 'button' });
    what.addEventListener('click', () => void showDetail(broadcastId));
  }
  return element('tr', {}, [
    element('td', { className: 'bad', textContent: code.replaceAll('_', ' ') }),
    element('td', {}, [what, element('div', { className: 'quiet', textContent: advice })]),
    element('td', { className: 'time', textContent: when(raisedAt) }),
  ]);
}

function showHealth(ready) {
  const fine = ready.status === 'ready';
  $('health').textContent = fine
    ? `ready: ${ready.workers} worker${ready.workers === 1 ? '' : 's'}`
    : `not ready: ${notReady(ready)}`;
  $('health').className = fine ? '' : 'bad';
}

function notReady({ redis, missing = [], detail }) {
  if (redis && missing.length === 1 && missing[0] === 'workers') return 'no worker is running';
  return redis === false ? 'Redis does not answer' : detail;
}

/** Shows how old the rows are once they are out of date, and dims them. Called every second, even while nothing answers. */
function showAge() {
  if (asOf === null) return;
  // The monotonic clock stops while a laptop sleeps; the wall clock may be set.
  const age = Math.max(performance.now() - asOf.monotonic, Date.now() - asOf.wall);
  const old = problem !== null || age > MAX_AGE_MS;
  $('main').classList.toggle('old', old);
  $('stale').hidden = !old;
  if (!old) return;
  const allWell = document.querySelector('#attention .empty');
  if (allWell) allWell.textContent = 'Currently unknown.';
  const why = problem ?? 'the API has not answered since then';
  const text = `As of ${clock(asOf.server)}: ${why}. This may be out of date.`;
  // Screen readers read it again only when the text changes.
  if ($('stale').textContent !== text) $('stale').textContent = text;
}

function clock(ms) {
  return new Date(ms).toLocaleTimeString('en-GB');
}

function fill(id, broadcasts, nothing) {
  const place = $(id);
  if (broadcasts.length === 0) {
    place.replaceChildren(element('p', { className: 'empty', textContent: nothing }));
    return;
  }
  const head = element(
    'tr',
    {},
    ['Broadcast', 'Status', 'Start', 'Stop', 'Late by (start / stop)'].map((text) =>
      element('th', { textContent: text, scope: 'col' }),
    ),
  );
  const table = element('table', {}, [element('thead', {}, [head]), element('tbody', {}, broadcasts.map(row))]);
  const more = element('p', {
    className: 'quiet',
    textContent: `Showing only ${broadcasts.length}; there are more.`,
  });
  place.replaceChildren(table, ...(broadcasts.more ? [more] : []));
}

function row(one) {
  const open = element('button', {
    className: 'link',
    type: 'button',
    textContent: one.title ?? `Meeting ${one.meetingId}`,
  });
  open.addEventListener('click', () => void showDetail(one.id));
  const why = one.reason ?? one.warnings[0]?.message ?? '';
  const late = [one.startLatenessMs, one.stopLatenessMs]
    .filter((ms) => ms !== null)
    .map((ms) => `${ms} ms`)
    .join(' / ');
  return element('tr', {}, [
    element('td', {}, [open, element('div', { className: 'quiet', textContent: `${one.kind} ${one.meetingId}` })]),
    element('td', {}, [
      element('span', {
        className: one.status,
        textContent: one.confirmed && one.status === 'live' ? 'live, confirmed' : one.status,
      }),
      element('div', { className: 'quiet', textContent: why }),
    ]),
    element('td', { className: 'time', textContent: when(one.startAt) }),
    element('td', { className: 'time', textContent: one.stopAt ? when(one.stopAt) : 'no stop planned' }),
    element('td', { className: 'time quiet', textContent: late }),
  ]);
}

async function showDetail(id) {
  shown = id;
  try {
    await readDetail(id);
    $('detail').scrollIntoView({ behavior: 'smooth' });
  } catch (error) {
    failed(error);
  }
}

async function readDetail(id) {
  const [one, { history }] = await Promise.all([ask(`/v1/broadcasts/${id}`), ask(`/v1/broadcasts/${id}/history`)]);
  if (shown !== id) return;
  $('detail-title').textContent = one.title ?? `Meeting ${one.meetingId}`;
  const rows = history.map((entry) =>
    element('tr', {}, [
      element('td', { className: 'time', textContent: when(entry.at) }),
      element('td', { textContent: changeText(entry) }),
      element('td', {
        textContent: [entry.reason, answerText(entry)].filter(Boolean).join(' · '),
      }),
      element('td', { className: 'quiet', textContent: entry.by }),
    ]),
  );
  $('detail-body').replaceChildren(element('table', {}, [element('tbody', {}, rows)]));
  $('detail').hidden = false;
}

function closeDetail() {
  shown = null;
  $('detail').hidden = true;
}

/** An entry without a former status, or without any, shows its type. */
function changeText({ type, from, to }) {
  if (!to || from === to) return type;
  return from ? `${from} → ${to}` : `${type}: ${to}`;
}

/** A request without an answer has no status; its reason shows what happened. */
function answerText({ request, answer }) {
  if (answer) return [answer.status && `HTTP ${answer.status}`, answer.message].filter(Boolean).join(' ');
  return request?.method ? 'no answer' : '';
}

function when(text) {
  const at = new Date(text);
  const seconds = Math.round((at.getTime() - serverNow()) / 1000);
  const size = Math.abs(seconds);
  const [amount, unit] =
    size < 90
      ? [seconds, 'second']
      : size < 5400
        ? [seconds / 60, 'minute']
        : size < 129600
          ? [seconds / 3600, 'hour']
          : [seconds / 86400, 'day'];
  const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(Math.round(amount), unit);
  return `${at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })} (${relative})`;
}

function element(tag, properties, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function failed(error) {
  const why = error.name === 'TimeoutError' ? `no answer within ${REQUEST_MS / 1000} s` : error.message;
  problem = `cannot read the API: ${why}`;
  $('health').textContent = problem;
  $('health').className = 'bad';
  showAge();
}

async function signIn() {
  const body = JSON.stringify({ key: $('key').value });
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/v1/session', {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    if (answer.ok) {
      $('key').value = '';
      return await loop();
    }
    $('key-error').textContent =
      answer.status === 401
        ? 'Invalid API key.'
        : ((await answer.json().catch(() => ({}))).detail ?? `HTTP ${answer.status}`);
  } catch (error) {
    failed(error);
  }
}

async function loop() {
  try {
    await refresh();
    problem = null;
    signedIn = true;
    $('key-form').hidden = true;
    $('main').hidden = false;
  } catch (error) {
    if (error instanceof KeyNeeded) {
      $('key-error').textContent = signedIn ? 'Your session has ended. Enter the key again.' : '';
      $('key-form').hidden = false;
      $('main').hidden = true;
      $('stale').hidden = true;
      asOf = null;
      $('health').textContent = 'an API key is required';
      return;
    }
    failed(error);
  }
  showAge();
  setTimeout(loop, REFRESH_MS);
}

$('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  void signIn().then(openLinked);
});

$('detail-close').addEventListener('click', closeDetail);
setInterval(showAge, 1_000);
// A tab in the background, or a laptop that slept, may not have sent a request for a long time.
document.addEventListener('visibilitychange', showAge);
$('zone').textContent = `times in ${Intl.DateTimeFormat().resolvedOptions().timeZone}`;

/** `/#broadcast=ID`: a link to one broadcast, as `npm start` prints it. */
function openLinked() {
  const id = new URLSearchParams(location.hash.slice(1)).get('broadcast');
  if (!id || $('main').hidden) return;
  showDetail(encodeURIComponent(id)).catch((error) => {
    $('detail-title').textContent = 'Broadcast';
    $('detail-body').replaceChildren(element('p', { className: 'bad', textContent: error.message }));
    $('detail').hidden = false;
  });
}

addEventListener('hashchange', openLinked);
void loop().then(openLinked);
