import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api } from '../../api/api.ts';
import { plan } from '../../texts/plan.ts';
import { ChoiceInput, type TemplateProps, TextInput } from './template-inputs.tsx';

/** Which meeting, and of which account. */
export function MeetingFields(props: TemplateProps) {
  const texts = plan.value;
  return (
    <>
      <TextInput {...props} name="meetingId" label={texts.meeting} type="number" required />
      <TextInput {...props} name="title" label={texts.broadcastTitle} />
      <ChoiceInput {...props} name="kind" label={texts.kind} from={texts.kinds} />
      <AccountField {...props} />
    </>
  );
}

/** Shown only if there is more than one. */
function AccountField(props: TemplateProps) {
  const names = useSignal<string[]>([]);
  useEffect(() => {
    api.listAccounts().then(
      ({ accounts }) => {
        names.value = accounts.map(({ name }) => name);
      },
      // The API chooses one, or says that it needs one.
      () => {},
    );
  }, []);
  if (names.value.length < 2 && props.problems['account'] === undefined) return null;
  const from = { '': '–', ...Object.fromEntries(names.value.map((name) => [name, name])) };
  return <ChoiceInput {...props} name="account" label={plan.value.account} from={from} />;
}
