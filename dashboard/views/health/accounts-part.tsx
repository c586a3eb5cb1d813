import type { components } from '../../../src/client/index.ts';
import { api } from '../../api/api.ts';
import { findingWords } from '../../api-words.ts';
import { ScrollArea } from '../../components/scroll-area.tsx';
import { TableHead } from '../../components/table-head.tsx';
import { numberText, timeNear } from '../../format.ts';
import { minute, serverNow } from '../../live/clock.ts';
import { type Summary, summary } from '../../live/live.ts';
import { useReading } from '../../live/use-reading.ts';
import { health } from '../../texts/health.ts';

type Account = components['schemas']['Accounts']['accounts'][number];
type Usage = Summary['accounts'][number];

/** Each account's usage of its limits per second and per day, and whether Zoom accepts its credentials. */
export function AccountsPart() {
  const texts = health.value;
  // Credentials change rarely, so once a minute will do. The usage comes with the summary.
  const { value: accounts, problem } = useReading(async () => (await api.listAccounts()).accounts, {
    when: [minute.value],
  });
  const usage = summary.value?.accounts ?? [];
  return (
    <section>
      <h3>{texts.accounts}</h3>
      {problem.value !== '' && <p class="bad">{texts.notShown(problem.value)}</p>}
      <ScrollArea name={texts.accounts}>
        <table class="health-table">
          <TableHead names={[texts.account, texts.plan, texts.second, texts.day, texts.credentials]} />
          <tbody>
            {usage.map((one) => (
              <AccountRow key={one.name} usage={one} account={accounts.value?.find(({ name }) => name === one.name)} />
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </section>
  );
}

function AccountRow({ usage, account }: { usage: Usage; account: Account | undefined }) {
  const texts = health.value;
  const { usedLastSecond, leftThisSecond, usedToday, leftToday, pausedUntil } = usage;
  const credentials = account?.credentials;
  return (
    <tr>
      <th scope="row">{usage.name}</th>
      <td>{usage.plan}</td>
      <td>
        <Used used={usedLastSecond} limit={usedLastSecond + leftThisSecond} name={texts.second} />
      </td>
      <td>
        {leftToday === null ? (
          texts.noLimit(numberText(usedToday))
        ) : (
          <Used used={usedToday} limit={usedToday + leftToday} name={texts.day} />
        )}
        {pausedUntil !== null && <p class="bad">{texts.pausedUntil(timeNear(pausedUntil, serverNow()))}</p>}
      </td>
      <td class={credentials?.good === false ? 'bad' : ''}>
        {credentials?.good === false
          ? findingWords({ code: 'credentials_refused', message: credentials.detail ?? '', advice: '' }).message
          : credentials?.good
            ? texts.good
            : texts.untried}
      </td>
    </tr>
  );
}

function Used({ used, limit, name }: { used: number; limit: number; name: string }) {
  const text = health.value.ofLimit(numberText(used), numberText(limit));
  return (
    <>
      <meter
        min={0}
        max={Math.max(1, limit)}
        high={limit * 0.9}
        optimum={0}
        value={used}
        aria-label={`${name}: ${text}`}
      />{' '}
      <span class="number">{text}</span>
    </>
  );
}
