import { Code, ScrollArea } from '@mantine/core';
import { indentJson } from './jsonText';

/** JSON, indented and otherwise unchanged. */
export function RawJson({ text }: { text: string }) {
  return (
    <ScrollArea type="auto">
      <Code block tabIndex={0} aria-label="raw JSON">
        {indentJson(text)}
      </Code>
    </ScrollArea>
  );
}
