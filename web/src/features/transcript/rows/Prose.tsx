import { passagesOf } from '../parse/prose';
import { blocksOf, inlinesOf, type Block, type Inline } from '../parse/markdown';
import classes from './rows.module.css';

function InlineView({ part }: { part: Inline }) {
  if (part.kind === 'code') return <code className={classes.inlineCode}>{part.text}</code>;
  if (part.kind === 'bold')
    return (
      <strong>
        <Inlines parts={part.parts} />
      </strong>
    );
  return part.text;
}

function Inlines({ parts }: { parts: Inline[] }) {
  return parts.map((part, at) => <InlineView key={at} part={part} />);
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading':
      return (
        <h4 className={classes.heading} data-level={block.level}>
          <Inlines parts={inlinesOf(block.text)} />
        </h4>
      );
    case 'list':
      return (
        <ul className={classes.list} role="list">
          {block.items.map(({ marker, indent, text }, at) => (
            <li key={at} style={{ marginInlineStart: `${Math.min(indent, 16) / 2}em` }}>
              <span className={classes.marker}>{marker} </span>
              <span>
                <Inlines parts={inlinesOf(text)} />
              </span>
            </li>
          ))}
        </ul>
      );
    case 'text':
      return (
        <div>
          <Inlines parts={inlinesOf(block.text)} />
        </div>
      );
  }
}

/** A model's text, with the most common Markdown; everything is text, nothing is HTML. */
export function Prose({ text }: { text: string }) {
  return passagesOf(text).map((passage, at) =>
    passage.code ? (
      <pre key={at} className={classes.code} data-language={passage.language}>
        {passage.text}
      </pre>
    ) : (
      <div key={at} className={classes.prose}>
        {blocksOf(passage.text).map((block, position) => (
          <BlockView key={position} block={block} />
        ))}
      </div>
    ),
  );
}
