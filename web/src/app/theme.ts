import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'teal',
  // White text on a filled button reaches 4.5:1 only from shade 9 on, in both themes.
  primaryShade: { light: 9, dark: 9 },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 250, events: { hover: true, focus: true, touch: true } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Table: { defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm' } },
  },
});

/** Dimmed text and the errors of fields keep a contrast of 4.5:1 on every background we use. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    // Light teal surfaces: the page one is on, quiet buttons.
    '--mantine-color-teal-light-color': '#05513c',
    '--mantine-color-yellow-light-color': '#6b4500',
    '--mantine-color-dimmed': '#5c636a',
    '--mantine-color-placeholder': '#666d74',
    '--mantine-color-error': '#c92a2a',
  },
  dark: { '--mantine-color-dimmed': '#a6adb4', '--mantine-color-placeholder': '#9aa1a8', '--mantine-color-error': '#ff8787' },
});
