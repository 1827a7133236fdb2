import { useState } from 'react';
import { useGetFleetQuery } from '../../../api/fleetApi';
import type { Confirmation } from '../fields/ConfirmDialog';
import type { NameQuestion } from '../fields/NameDialog';
import { useEditing } from '../fields/editing';
import { objectOf } from '../model/json';
import { removalSentences } from '../model/running';
import { addType, agentNames, cloneType, deleteType, freeName, holdsMask, nameFault, renameType, typesOf } from '../model/types';

const retype = 'Its saved secrets are not carried over: type them again.';

/** Add, clone, rename and delete agent types, each with its dialog. */
export function useTypeActions(onShown: (type: string) => void) {
  const { document, saved, change } = useEditing();
  const { data: fleet } = useGetFleetQuery();
  const [question, setQuestion] = useState<NameQuestion | null>(null);
  const [asked, setAsked] = useState<Confirmation | null>(null);
  const types = typesOf(document);
  const names = Object.keys(types);
  const ask = (title: string, action: string, initial: string, others: string[], note: NameQuestion['note'], act: (name: string) => void) =>
    setQuestion({
      title,
      action,
      initial,
      note,
      label: 'Name',
      fault: (name) => nameFault(name, others),
      onName: (name) => {
        act(name);
        onShown(name);
      },
    });
  const secretNote = (type: string, note: string) => (holdsMask(types[type]) ? `${note} ${retype}` : note);

  return {
    question,
    asked,
    closeQuestion: () => setQuestion(null),
    closeAsked: () => setAsked(null),
    add: () =>
      ask(
        'Add an agent type',
        'Add',
        freeName('reviewer', names),
        names,
        (name) => `Begins with one tier and one agent, ${name}-default.`,
        (name) => change((now) => addType(now, name)),
      ),
    clone: (type: string) =>
      ask(
        `Clone ${type}`,
        'Clone',
        freeName(`${type}-copy`, names),
        names,
        () => secretNote(type, 'Everything is copied, including instances.'),
        (name) => change((now) => cloneType(now, type, name)),
      ),
    rename: (type: string) =>
      ask(
        `Rename ${type}`,
        'Rename',
        type,
        names.filter((name) => name !== type),
        (name) =>
          secretNote(type, name === type ? '' : `Its agents will be called ${name}-… and are new ones: tiers and figures start from zero.`),
        (name) => change((now) => renameType(now, type, name)),
      ),
    remove: (type: string) => {
      const before = typesOf(saved)[type];
      setAsked({
        title: `Delete ${type}?`,
        sentences:
          before === undefined ? ['It is not saved yet.'] : removalSentences(fleet?.agents ?? [], agentNames(type, objectOf(before))),
        action: 'Delete',
        onConfirm: () => change((now) => deleteType(now, type)),
      });
    },
  };
}
