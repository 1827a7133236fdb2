import { Box, Button, Grid, Group, Paper, Stack, Title } from '@mantine/core';
import { useState } from 'react';
import type { Snapshot } from './configApi';
import classes from './ConfigEditor.module.css';
import { Caution } from './fields/Caution';
import { ConfirmDialog, type Confirmation } from './fields/ConfirmDialog';
import { EditingProvider } from './fields/editing';
import { JsonView } from './json/JsonView';
import type { Place } from './model/places';
import { Elsewhere } from './review/Elsewhere';
import { MergeDialog } from './review/MergeDialog';
import { Problems } from './review/Problems';
import { ReviewDialog } from './review/ReviewDialog';
import { SaveBar } from './review/SaveBar';
import { Providers } from './service/Providers';
import { Service } from './service/Service';
import { NoTypes } from './types/NoTypes';
import { SideList } from './types/SideList';
import { useCheck } from './useCheck';
import { useEditor, type Editor } from './useEditor';
import { useLeaveGuard } from './useLeaveGuard';
import { usePlace } from './usePlace';
import { useSaving } from './useSaving';
import { TypeWizard } from './wizard/TypeWizard';

interface PartProps {
  place: Place;
  editor: Editor;
  sought: ReturnType<typeof usePlace>['sought'];
  go: (place: Partial<Place>) => void;
}

function Part({ place, editor, sought, go }: PartProps) {
  if (place.section === 'json') return <JsonView broken={editor.text} onBroken={editor.breakText} at={sought} />;
  if (editor.text !== null)
    return (
      <Caution title="The whole file is not JSON yet">
        What you typed there is kept. The other parts can be edited once it is fixed or discarded.
        <Group mt="xs" gap="xs">
          <Button size="compact-sm" onClick={() => go({ section: 'json' })}>
            Go there
          </Button>
          <Button size="compact-sm" variant="default" onClick={editor.dropText}>
            Discard that text
          </Button>
        </Group>
      </Caution>
    );
  if (place.section === 'providers') return <Providers />;
  if (place.section === 'service') return <Service />;
  if (place.type === null) return <NoTypes onPlace={go} />;
  return (
    <>
      <Title order={2} size="h4" mb="xs">
        {place.type}
      </Title>
      <TypeWizard type={place.type} tab={place.tab} onTab={(tab) => go({ type: place.type, tab })} />
    </>
  );
}

/** The daemon's configuration and the current edit. */
export function ConfigEditor({ current }: { current: Snapshot }) {
  const editor = useEditor(current);
  const checked = useCheck(editor.document);
  const saving = useSaving(editor);
  const { place, sought, go, goToProblem } = usePlace(editor.document);
  const [merging, setMerging] = useState(false);
  const [asked, setAsked] = useState<Confirmation | null>(null);
  useLeaveGuard();
  const errors = saving.refused?.error.errors ?? checked.errors;
  // Our own save is an event too, and may arrive before its answer.
  const elsewhere = editor.elsewhere && !saving.saving;
  const discard = () =>
    setAsked({
      title: 'Discard your changes?',
      sentences: ['The page shows the saved configuration again.'],
      action: 'Discard',
      onConfirm: editor.drop,
    });

  return (
    <EditingProvider
      value={{
        document: editor.document,
        saved: current.document,
        errors,
        warnings: checked.warnings,
        locked: editor.text !== null,
        change: editor.change,
      }}
    >
      <Stack>
        <Group justify="space-between" className={classes.head}>
          <Title order={1} size="h2">
            Config
          </Title>
          <SaveBar
            dirty={editor.dirty}
            broken={editor.text !== null}
            checked={{ ...checked, errors }}
            onDiscard={discard}
            onSave={saving.review}
          />
        </Group>
        {elsewhere && <Elsewhere onReload={editor.drop} onMerge={() => setMerging(true)} />}
        <Problems errors={errors} warnings={checked.warnings} onGo={goToProblem} />
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 3 }}>
            <SideList place={place} onPlace={go} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 9 }}>
            <Paper withBorder p={{ base: 'sm', sm: 'md' }}>
              <Box maw={960}>
                <Part place={place} editor={editor} sought={sought} go={go} />
              </Box>
            </Paper>
          </Grid.Col>
        </Grid>
      </Stack>
      <ReviewDialog
        opened={saving.reviewing}
        before={editor.base.document}
        after={editor.document}
        saving={saving.saving}
        error={saving.error}
        onSave={() => void saving.save()}
        onClose={saving.close}
      />
      <MergeDialog
        opened={merging}
        base={editor.base.document}
        mine={editor.document}
        theirs={current.document}
        onMerge={(document) => editor.rebase(current, document)}
        onClose={() => setMerging(false)}
      />
      <ConfirmDialog asked={asked} onClose={() => setAsked(null)} />
    </EditingProvider>
  );
}
