import { Code, ScrollArea } from '@mantine/core';
import { indentJson } from './jsonText';

/** JSON laid out, and nothing else done to it. */
export function RawJson({ text }: { text: string }) {
  return (
    <ScrollArea type="auto">
      <Code block tabIndex={0} aria-label="raw JSON">
        {indentJson(text)}
      </Code>
    </ScrollArea>
  );
}
