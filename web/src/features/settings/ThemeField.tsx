import { Input, SegmentedControl, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';

const schemes: { value: MantineColorScheme; label: string }[] = [
  { value: 'auto', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

export function ThemeField() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Input.Wrapper label="Theme" labelElement="div">
      <div>
        <SegmentedControl
          mt={6}
          aria-label="Theme"
          data={schemes}
          value={colorScheme}
          onChange={(value) => setColorScheme(schemes.find((scheme) => scheme.value === value)?.value ?? 'auto')}
        />
      </div>
    </Input.Wrapper>
  );
}
