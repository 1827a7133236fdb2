import { expect } from 'vitest';
import { row } from './harness/pages';
import { agentType } from './harness/rig';
import { test } from './harness/test';

test('a task is sent from the drawer, and its transcript followed to the end', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() }, [
    { answer: 'a fine day, says {model}', steps: [{ fault: 'slow_first_byte', ms: 4000 }] },
    {},
  ]);
  // While nothing is written yet, no range of the spool can be answered.
  const page = await visitor.open(daemon);
  await row(page, 'reviewer-default').click();
  const drawer = page.getByTestId('agent-drawer');
  await drawer.getByRole('tab', { name: 'Send a task' }).click();
  await drawer.getByRole('textbox', { name: 'Input' }).fill('what kind of day is it?');
  await drawer.getByRole('button', { name: 'Send', exact: true }).click();
  await drawer
    .getByRole('link', { name: /Follow its transcript/ })
    .or(drawer.getByRole('button', { name: /Follow its transcript/ }))
    .click();

  const transcript = page.getByTestId('transcript-drawer');
  await transcript.waitFor();
  expect(await transcript.getByText('a fine day, says model-one').count()).toBe(0);
  await transcript.getByText('a fine day, says model-one').first().waitFor();
  await transcript
    .getByText(/succeeded/)
    .first()
    .waitFor();

  const link = page.url();
  expect(link).toContain('transcript=ro-');
  await page.keyboard.press('Escape');
  await drawer.getByRole('tab', { name: 'Send a task', selected: true }).waitFor();
  await page.goto(link);
  await transcript.getByText('a fine day, says model-one').first().waitFor();
});

test('each attempt of a task that failed over has a transcript of its own', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() }, [
    { steps: [{ fault: 'status', status: 401, times: 'forever' }] },
    { answer: 'saved by {model}' },
  ]);
  const { rollout_id } = await daemon.run('reviewer-default');
  const page = await visitor.open(daemon, { path: '/agents/reviewer-default' });
  // From the log of the chain to what the agent wrote when it failed.
  await page
    .getByTestId('agent-drawer')
    .getByTestId(/^provider-event-/)
    .first()
    .getByText('view raw')
    .click();
  const transcript = page.getByTestId('transcript-drawer');
  await transcript
    .getByText(/401|authentication/)
    .first()
    .waitFor();

  await page.goto(`${daemon.url}/agents?transcript=${rollout_id}`);
  await transcript.getByText('saved by model-two').first().waitFor();
});
