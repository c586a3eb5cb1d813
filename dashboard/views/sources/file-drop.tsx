import { useSignal } from '@preact/signals';
import { say } from '../../components/toasts.tsx';

export interface GivenFile {
  name: string;
  /** As the API takes it: in base64, because a file may be in any encoding. */
  sent: { content: string; encoding: 'base64' };
}

/** Takes a file by dropping it, or with the keyboard by the browser's own choice of files. */
export function FileDrop({ label, onFile }: { label: string; onFile(file: GivenFile): void }) {
  const over = useSignal(false);
  const take = (file: File | undefined) => {
    over.value = false;
    if (file) read(file).then(onFile, (error: unknown) => say(String(error), 'failed'));
  };
  return (
    <label
      class={over.value ? 'file-drop file-over' : 'file-drop'}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => (over.value = false)}
      onDrop={(event) => {
        event.preventDefault();
        take(event.dataTransfer?.files[0]);
      }}
    >
      {label}
      <input
        type="file"
        accept=".ics,.csv,text/calendar,text/csv"
        onChange={({ currentTarget }) => {
          take(currentTarget.files?.[0]);
          // The same file again, after it was changed, is a choice too.
          currentTarget.value = '';
        }}
      />
    </label>
  );
}

function read(file: File): Promise<GivenFile> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    // `data:TYPE;base64,CONTENT`
    reader.onload = () => {
      const content = String(reader.result).split(',')[1] ?? '';
      resolve({ name: file.name, sent: { content, encoding: 'base64' } });
    };
    reader.readAsDataURL(file);
  });
}
