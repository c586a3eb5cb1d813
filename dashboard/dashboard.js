// The dashboard: a page that only reads. It asks the API every two seconds, with the key that the person gave (kept for
// this tab only), and shows what is on, what comes, and what needs a person.

const REFRESH_MS = 2_000;
const DAY_MS = 86_400_000;
/** More than these are counted, not listed. */
const MAX_ALERTS = 100;
const OPEN = ['starting', 'waiting', 'live', 'stopping'];

const $ = (id) => document.getElementById(id);
let key = sessionStorage.getItem('livestream-key') ?? '';
let shown = null;

class KeyNeeded extends Error {}

async function ask(path) {
  const response = await fetch(path, { headers: key ? { authorization: `Bearer ${key}` } : {} });
  if (response.status === 401) throw new KeyNeeded();
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail ?? `HTTP ${response.status}`);
  return response.json();
}

const list = async (query) => (await ask(`/v1/broadcasts?${new URLSearchParams(query)}`)).broadcasts;

async function refresh() {
  const now = Date.now();
  const [ready, alerts, summary, open, next, done] = await Promise.all([
    fetch('/readyz').then((response) => response.json()),
    ask(`/v1/alerts?state=open&limit=${MAX_ALERTS}`),
    ask('/v1/summary'),
    list({ status: OPEN.join(','), limit: 200 }),
    list({ status: 'scheduled', limit: 50 }),
    list({ status: 'ended,canceled,missed,failed', from: new Date(now - DAY_MS).toISOString(), limit: 200 }),
  ]);
  showHealth(ready);
  showAttention(alerts.alerts, summary);
  fill('now', open, 'Nothing is on air.');
  fill('next', next, 'Nothing is scheduled.');
  // `from` is about the start: what was canceled long before its time would stay here until then.
  const lately = done.filter((one) => now - Date.parse(one.updatedAt) < DAY_MS);
  fill('done', lately.reverse(), 'Nothing has finished.');
}

/** The open alerts, which know of every broadcast, however many there were today; what needs a person is nowhere else. */
function showAttention(alerts, summary) {
  const place = $('attention');
  if (alerts.length === 0) {
    const calm = summary.workers.seen > 0 ? 'Nothing. All is as planned.' : 'No alert is open, but no worker runs.';
    place.replaceChildren(element('p', { className: 'empty', textContent: calm }));
    return;
  }
  const more = summary.alerts.open - alerts.length;
  const rest = `These are the newest. ${more} more: livestream alerts --all`;
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
    : `not ready: ${ready.redis ? 'no worker runs' : 'Redis does not answer'}`;
  $('health').className = fine ? '' : 'bad';
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
  place.replaceChildren(
    element('table', {}, [element('thead', {}, [head]), element('tbody', {}, broadcasts.map(row))]),
  );
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
    element('td', { className: 'time', textContent: one.stopAt ? when(one.stopAt) : 'open end' }),
    element('td', { className: 'time quiet', textContent: late }),
  ]);
}

async function showDetail(id) {
  shown = id;
  const [one, { history }] = await Promise.all([ask(`/v1/broadcasts/${id}`), ask(`/v1/broadcasts/${id}/history`)]);
  if (shown !== id) return;
  $('detail-title').textContent = one.title ?? `Meeting ${one.meetingId}`;
  const rows = history.map((entry) =>
    element('tr', {}, [
      element('td', { className: 'time', textContent: when(entry.at) }),
      element('td', { textContent: entry.from === entry.to || !entry.to ? entry.type : `${entry.from} → ${entry.to}` }),
      element('td', {
        textContent: [entry.reason, entry.answer && `HTTP ${entry.answer.status}`].filter(Boolean).join(' · '),
      }),
      element('td', { className: 'quiet', textContent: entry.by }),
    ]),
  );
  $('detail-body').replaceChildren(element('table', {}, [element('tbody', {}, rows)]));
  $('detail').hidden = false;
  $('detail').scrollIntoView({ behavior: 'smooth' });
}

function when(text) {
  const at = new Date(text);
  const seconds = Math.round((at.getTime() - Date.now()) / 1000);
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

async function loop() {
  try {
    await refresh();
    $('key-form').hidden = true;
    $('main').hidden = false;
  } catch (error) {
    if (error instanceof KeyNeeded) {
      $('key-fault').textContent = key ? 'This key is not known.' : '';
      $('key-form').hidden = false;
      $('main').hidden = true;
      $('health').textContent = 'an API key is needed';
      return;
    }
    $('health').textContent = `cannot read the API: ${error.message}`;
    $('health').className = 'bad';
  }
  setTimeout(loop, REFRESH_MS);
}

$('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  key = $('key').value;
  sessionStorage.setItem('livestream-key', key);
  void loop().then(openLinked);
});
$('detail-close').addEventListener('click', () => {
  shown = null;
  $('detail').hidden = true;
});
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
