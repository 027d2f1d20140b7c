import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  localStorageColorSchemeManager,
} from '@mantine/core';

/** The one accent. Shade 7 carries white text and stands on white with a contrast above 5. */
const sydx: MantineColorsTuple = [
  '#edf8f4',
  '#d8f0e7',
  '#b1e1d0',
  '#85d0b6',
  '#5cbf9f',
  '#36a887',
  '#1b8f70',
  '#0f7a5f',
  '#0a634d',
  '#074b3a',
];

/** Cool greys, light to dark: text, dimmed text, borders, raised surfaces, page. */
const dark: MantineColorsTuple = [
  '#e4e7eb',
  '#c3c9d0',
  '#98a1ac',
  '#5c6672',
  '#2c333b',
  '#22282f',
  '#191d22',
  '#111418',
  '#0c0e11',
  '#08090b',
];

const gray: MantineColorsTuple = [
  '#f8f9fa',
  '#f1f3f5',
  '#e7eaed',
  '#dbdfe4',
  '#c5ccd3',
  '#8e98a3',
  '#5d6773',
  '#434c56',
  '#2b323a',
  '#171b20',
];

const systemFont =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Inter", "Helvetica Neue", Arial, sans-serif';

export const theme = createTheme({
  primaryColor: 'sydx',
  primaryShade: { light: 7, dark: 7 },
  colors: { sydx, dark, gray },
  black: '#171b20',
  fontFamily: systemFont,
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontFamily: systemFont, fontWeight: '600' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: {
    xs: '0.75rem',
    sm: '0.8438rem',
    md: '0.9375rem',
    lg: '1.0625rem',
    xl: '1.25rem',
  },
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Modal: {
      defaultProps: {
        radius: 'lg',
        padding: 'lg',
        overlayProps: { backgroundOpacity: 0.45 },
        transitionProps: { transition: 'pop', duration: 120 },
        closeButtonProps: { 'aria-label': 'Close' },
        // Inside a dialog, <header> would count as the page's own banner.
        attributes: { header: { role: 'presentation' } },
      },
      styles: { title: { fontSize: 'var(--mantine-font-size-lg)', fontWeight: 600 } },
    },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Menu: { defaultProps: { shadow: 'md', radius: 'md', transitionProps: { duration: 80 } } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, fz: 'xs' } },
    Text: { defaultProps: { size: 'sm' } },
    InputWrapper: { styles: { label: { marginBottom: 4 }, description: { marginBottom: 4 } } },
    // The keyboard's way through a row of filters would open each of them.
    Select: { defaultProps: { openOnFocus: false } },
    Badge: { defaultProps: { radius: 'sm', tt: 'none', fw: 500 } },
    Code: { defaultProps: { fz: 'xs' } },
  },
});

/** Quiet text keeps a contrast above 4.5 on every surface of both schemes. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': gray[6],
    '--mantine-color-placeholder': '#6b7580',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-red-light-color': '#b42318',
    '--mantine-color-red-light': '#fdeeee',
    '--mantine-color-red-outline': '#b42318',
    '--mantine-color-yellow-light-color': '#7d4b00',
    '--mantine-color-yellow-light': '#fff6e0',
    '--sydx-border': gray[2],
    '--sydx-surface': '#ffffff',
    '--sydx-sunken': gray[0],
    '--sydx-good': '#0f7a5f',
    '--sydx-bad': '#c92a2a',
    '--sydx-warn': '#975a00',
  },
  dark: {
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-placeholder': '#8a939e',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-red-light-color': '#ffa8a8',
    '--mantine-color-red-outline': '#ff8787',
    '--mantine-color-red-light': '#2c181a',
    '--mantine-color-yellow-light-color': '#f2c777',
    '--mantine-color-yellow-light': '#2a2213',
    '--sydx-border': '#262c33',
    '--sydx-surface': '#15191d',
    '--sydx-sunken': '#0e1114',
    '--sydx-good': '#4fc3a1',
    '--sydx-bad': '#ff8787',
    '--sydx-warn': '#f0b65c',
  },
});

export const colorSchemeManager = localStorageColorSchemeManager({ key: 'sydx-color-scheme' });
