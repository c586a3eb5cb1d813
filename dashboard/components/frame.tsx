/** The frame around every view: the menu, one status line, and a banner when the data may be out of date. */

import { useEffect, useRef } from 'preact/hooks';
import { endSession } from '../api/session.ts';
import { session } from '../api/session-state.ts';
import { apiWords } from '../api-words.ts';
import { clockSeconds, nameOf, timeNear } from '../format.ts';
import { now, serverNow } from '../live/clock.ts';
import { asOf, connection, summary, zone } from '../live/live.ts';
import { hrefTo, hrefToBroadcast, isWall, place } from '../router.ts';
import { common } from '../texts/common.ts';
import { LANGUAGES, type Language, language, setLanguage } from '../texts/language.ts';
import { VIEWS } from '../views.ts';

/** The API process sets this when it runs against the sandbox. */
const ZOOM_NOTE = document.querySelector<HTMLMetaElement>('meta[name=livestream-zoom]')?.content ?? '';

export function Header() {
  return (
    <header class="page-head">
      <h1>
        <a href={hrefTo('/')}>livestream-scheduler</a>
      </h1>
      <Glance />
      {!isWall && <Menu />}
      {ZOOM_NOTE !== '' && (
        <p class="zoom-note" title={apiWords(ZOOM_NOTE)}>
          {apiWords(ZOOM_NOTE)}
        </p>
      )}
    </header>
  );
}

/** One line over every view: what is on air, alerts, what is next, and the server's time. */
function Glance() {
  const texts = common.value;
  const known = summary.value;
  if (known === null) return <p class="glance">{texts.connecting}</p>;
  const { live, stopping } = known.broadcasts.now;
  const { nextStart, alerts, workers } = known;
  return (
    <p class="glance">
      <span class={live + stopping > 0 ? 'glance-live' : ''}>{texts.onAir(live + stopping)}</span>
      {alerts.open > 0 && (
        <a class="glance-alerts" href={hrefTo('/attention')}>
          {texts.needHand(alerts.open)}
        </a>
      )}
      {workers.seen === 0 && <strong class="bad">{texts.noWorker}</strong>}
      {nextStart && (
        <a class="glance-next" href={hrefToBroadcast(nextStart.broadcastId)}>
          {texts.next(nameOf(nextStart), timeNear(nextStart.at, serverNow()))}
        </a>
      )}
      <ServerTime />
    </p>
  );
}

function ServerTime() {
  return (
    <time class="server-time" title={common.value.times(zone())}>
      {clockSeconds(now.value)}
    </time>
  );
}

function Menu() {
  const texts = common.value;
  const who = session.value;
  const present = place.value.path;
  const menu = useRef<HTMLElement>(null);
  // On a phone the menu is longer than the screen.
  useEffect(() => {
    const link = menu.current?.querySelector<HTMLElement>('[aria-current]');
    if (menu.current && link) menu.current.scrollLeft = link.offsetLeft - menu.current.clientWidth / 3;
  }, [present]);
  return (
    <nav class="menu" ref={menu} aria-label={texts.menu}>
      {VIEWS.filter(({ inMenu }) => inMenu).map(({ path, name }) => (
        <a key={path} href={hrefTo(path)} aria-current={present === path ? 'page' : undefined}>
          {texts.views[name]}
        </a>
      ))}
      <a href="/docs">{texts.api}</a>
      <span class="menu-end">
        <label class="language">
          <span class="unseen">{texts.language}</span>
          <select value={language.value} onChange={({ currentTarget }) => setLanguage(currentTarget.value as Language)}>
            {Object.entries(LANGUAGES).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {who && !who.keyless && (
          <>
            <span class="quiet">{texts.signedInAs(who.name ?? '', who.role)}</span>
            <button type="button" class="quiet-button" onClick={() => void endSession()}>
              {texts.signOut}
            </button>
          </>
        )}
      </span>
    </nav>
  );
}

/** Says how old the data is once it may be out of date. Screen readers read it once, not on every attempt. */
export function Banner() {
  const { state, why } = connection.value;
  const isCut = state === 'cut';
  document.documentElement.classList.toggle('out-of-date', isCut);
  return (
    <div role="alert">
      {isCut && <p class="banner">{common.value.cut(clockSeconds(asOf.value || serverNow()), why)}</p>}
    </div>
  );
}
