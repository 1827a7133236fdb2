import { Alert, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useEditing } from '../fields/editing';
import { same, type JsonObject, type Path } from '../model/json';
import { parseJson } from '../model/parseJson';
import { lineOfPath, prettyJson } from '../model/prettyJson';
import { CodeArea } from './CodeArea';

interface Props {
  /** The text while it does not parse. */
  broken: string | null;
  onBroken: (text: string) => void;
  /** The place of a problem to show. */
  at: Path | null;
}

/** The whole file. The other parts follow as soon as the text is JSON. */
export function JsonView({ broken, onBroken, at }: Props) {
  const { document, change } = useEditing();
  // The text as typed, as long as it means the same as the document.
  const [typed, setTyped] = useState<{ text: string; document: JsonObject } | null>(null);
  const pretty = prettyJson(document);
  const text = broken ?? (typed !== null && same(typed.document, document) ? typed.text : pretty);
  const error = broken === null ? null : parseJson(broken).error;
  const onChange = (next: string) => {
    const parsed = parseJson(next);
    if (parsed.document === null) return onBroken(next);
    const { document: read } = parsed;
    setTyped({ text: next, document: read });
    change(() => read);
  };
  return (
    <Stack gap="xs">
      <div>
        <Title order={2} size="h4">
          Whole file
        </Title>
        <Text size="sm" c="dimmed">
          Secrets are shown as ••• and kept when left so. Keys keep their order.
        </Text>
      </div>
      {error !== null && (
        <Alert
          color="red"
          variant="light"
          role="alert"
          icon={<IconAlertTriangle aria-hidden />}
          title={`Line ${error.line}, column ${error.column}`}
        >
          Not JSON yet: {error.reason}. The other parts wait for it.
        </Alert>
      )}
      <CodeArea
        label="Configuration as JSON"
        value={text}
        wrong={error?.line ?? null}
        goTo={at === null || broken !== null || text !== pretty ? null : lineOfPath(document, at)}
        onChange={onChange}
      />
    </Stack>
  );
}
