import { useSignal } from '@preact/signals';
import { say } from '../../components/toasts.tsx';

export interface GivenFile {
  name: string;
  /** The file in base64, because it may have any encoding. */
  sent: { content: string; encoding: 'base64' };
}

/** Accepts a file by drag and drop, or from the browser's file dialog, which the keyboard can open. */
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
          // Choosing the same file again after editing it must also raise an event.
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
