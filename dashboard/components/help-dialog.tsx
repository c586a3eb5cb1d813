import { helpShown } from '../keyboard.ts';
import { common } from '../texts/common.ts';
import { Dialog } from './dialog.tsx';

export function HelpDialog() {
  const { title, keys } = common.value.help;
  return (
    <Dialog title={title} onClose={() => (helpShown.value = false)}>
      <dl class="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
