import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { fieldId } from './fields/editing';
import type { JsonObject, Path } from './model/json';
import { pathOf, pointerOf } from './model/json';
import { fieldPointer, placeOfProblem, placeOfQuery, queryOfPlace, type Place } from './model/places';

/** The field of the value at `path`, or of the nearest value around it. */
function focusField(path: Path): void {
  for (let depth = path.length; depth > 1; depth--) {
    const field = document.getElementById(fieldId(pointerOf(path.slice(0, depth))));
    if (field === null) continue;
    field.scrollIntoView({ block: 'center' });
    field.focus({ preventScroll: true });
    return;
  }
}

/** What the page shows, from the address, and the way to the field of a problem. */
export function usePlace(configuration: JsonObject) {
  const [query, setQuery] = useSearchParams();
  const [sought, setSought] = useState<{ path: Path; at: string } | null>(null);
  const place = placeOfQuery(query, configuration);
  const here = query.toString();

  // The router may change the page later than React sets the state.
  useEffect(() => {
    if (sought?.at === here) focusField(sought.path);
  }, [sought, here]);

  const go = (next: Partial<Place>) => {
    setSought(null);
    setQuery(queryOfPlace(next));
  };
  const goToProblem = (pointer: string) => {
    const next = new URLSearchParams(queryOfPlace(placeOfProblem(pointer)));
    setQuery(next);
    setSought({ path: pathOf(fieldPointer(pointer, configuration)), at: next.toString() });
  };
  return { place, sought: sought?.path ?? null, go, goToProblem };
}
