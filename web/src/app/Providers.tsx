import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { Provider } from 'react-redux';
import { LaterNotifications } from './LaterNotifications';
import type { AppStore } from './store';
import { cssVariables, theme } from './theme';

interface Props {
  store: AppStore;
  children: ReactNode;
  env?: 'default' | 'test';
  /** Stories choose it; the page itself remembers the operator's. */
  scheme?: 'light' | 'dark';
}

export function Providers({ store, children, env = 'default', scheme }: Props) {
  return (
    <Provider store={store}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        env={env}
        {...(scheme && { forceColorScheme: scheme })}
      >
        <LaterNotifications afterMs={env === 'test' ? 0 : 1500} />
        {children}
      </MantineProvider>
    </Provider>
  );
}
