import { Button, Code, PasswordInput, Stack } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { asApiError } from '../../api/problem';
import { useUi } from '../../shared/state';
import { useSignInMutation } from './sessionApi';
import { tokenIn } from './signIn';

/** The token, or the link with it. A refusal is shown in the daemon's words. */
export function SignInForm({ autoFocus = false }: { autoFocus?: boolean }) {
  const address = useUi((state) => state.backend.address);
  const [text, setText] = useState('');
  const [signIn, { isLoading, error, reset }] = useSignInMutation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const token = tokenIn(text);
    if (token !== '') void signIn({ address, token });
  };
  return (
    <form onSubmit={submit} aria-label="Sign in">
      <Stack gap="sm" align="flex-start">
        <PasswordInput
          label="Operator token"
          description={
            <>
              The operator's, which <Code>understudyd token</Code> prints on the daemon's machine; a named token works too
            </>
          }
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            if (error !== undefined) reset();
          }}
          error={error === undefined ? undefined : asApiError(error).detail}
          inputWrapperOrder={['label', 'description', 'input', 'error']}
          autoComplete="current-password"
          autoFocus={autoFocus}
          spellCheck={false}
          styles={{ innerInput: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          w="100%"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the token' }}
        />
        <Button type="submit" loading={isLoading} disabled={text.trim() === ''}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
