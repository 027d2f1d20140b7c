import { describe, expect, test } from 'vitest';
import { loadSettings, SettingsError } from '../../src/base/settings.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const OTHER_KEY = Buffer.alloc(32, 8).toString('base64');

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('settings', () => {
  test('nothing set gives the defaults of the contract', () => {
    expect(loadSettings({ PATH: '/bin', TYPO: 'x' })).toEqual({
      port: 8080,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1:8080',
      publicUrlGiven: false,
      databaseUrl: null,
      outboxDatabaseUrl: null,
      dataDir: `${process.cwd()}/data`,
      dataDirGiven: false,
      secretsKey: null,
      secretsKeyPrevious: null,
      role: 'all',
      workers: 1,
      allowHttpTargets: false,
      allowTargetNetworks: [],
      egressProxyUrl: null,
      retryScheduleSeconds: [5, 30, 120],
      retentionDays: 30,
      auditRetentionDays: 400,
      publishRateLimit: null,
      testRateLimit: 10,
      signInRateLimit: 20,
      trustProxy: [],
      portalOrigins: [],
      logLevel: 'info',
      inbox: true,
      metaGraphUrl: 'https://graph.facebook.com',
      operatorApiKey: null,
      bootstrapTenant: null,
      bootstrapApiKey: null,
      bootstrapAdminEmail: null,
      bootstrapAdminPassword: null,
    });
  });

  test('the object is frozen through and through', () => {
    const settings = loadSettings({ ALLOW_TARGET_NETWORKS: '127.0.0.0/8' });
    expect(Object.isFrozen(settings)).toBe(true);
    expect(Object.isFrozen(settings.retryScheduleSeconds)).toBe(true);
    expect(Object.isFrozen(settings.allowTargetNetworks[0])).toBe(true);
  });

  test('a misspelt name stops the start and is told the right one', () => {
    expect(problemsOf({ ALLOW_HTTP_TARGET: 'true' })).toEqual([
      'ALLOW_HTTP_TARGET is not a setting. Write ALLOW_HTTP_TARGETS or ALLOW_TARGET_NETWORKS, or remove it.',
    ]);
    expect(problemsOf({ RETRY_SCHEDULES: '5' })[0]).toContain('Write RETRY_SCHEDULE,');
  });

  test('an empty value counts as unset', () => {
    expect(loadSettings({ PORT: '', ROLE: ' ', DATABASE_URL: '' })).toEqual(loadSettings({}));
  });

  test('PUBLIC_URL follows HOST and PORT, and loses its trailing slash', () => {
    expect(loadSettings({ HOST: '::1', PORT: '90' }).publicUrl).toBe('http://[::1]:90');
    expect(loadSettings({ PUBLIC_URL: 'https://a.example/hooks/' }).publicUrl).toBe(
      'https://a.example/hooks',
    );
  });

  test('address ranges are taken as written and bare addresses stand for themselves', () => {
    const ranges = loadSettings({ TRUST_PROXY: '10.0.0.0/8, 192.0.2.7 ,fd00::/8' }).trustProxy;
    expect(ranges.map((range) => range.text)).toEqual(['10.0.0.0/8', '192.0.2.7/32', 'fd00::/8']);
    expect(ranges[2]).toMatchObject({ family: 'ipv6', prefixBits: 8 });
  });

  test('RETRY_SCHEDULE is seconds, fractions too', () => {
    expect(loadSettings({ RETRY_SCHEDULE: '0.2, 1,600' }).retryScheduleSeconds).toEqual([
      0.2, 1, 600,
    ]);
  });

  test.each([
    ['PORT', '80a'],
    ['PORT', '65536'],
    ['HOST', 'http://x'],
    ['PUBLIC_URL', 'ftp://x'],
    ['PUBLIC_URL', 'https://x/?a=1'],
    ['DATABASE_URL', 'mysql://x'],
    ['SECRETS_KEY', 'short'],
    ['SECRETS_KEY', `${'!'.repeat(12)}${KEY}`],
    ['ROLE', 'ALL'],
    ['ALLOW_HTTP_TARGETS', 'yes'],
    ['ALLOW_TARGET_NETWORKS', '127.1/8'],
    ['ALLOW_TARGET_NETWORKS', '10.0.0.0/33'],
    ['ALLOW_TARGET_NETWORKS', '10.0.0.0/8,'],
    ['ALLOW_TARGET_NETWORKS', '10.0.0.0/8/8'],
    ['EGRESS_PROXY_URL', 'proxy.example.com:3128'],
    ['EGRESS_PROXY_URL', 'socks5://proxy.example.com:1080'],
    ['EGRESS_PROXY_URL', 'http://proxy.example.com:3128/path'],
    ['EGRESS_PROXY_URL', 'http://proxy.example.com:3128/?a=b'],
    ['EGRESS_PROXY_URL', 'http://proxy.example.com:0'],
    ['EGRESS_PROXY_URL', 'http://user:100%@proxy.example.com'],
    ['EGRESS_PROXY_URL', 'http://us%3Aer:hidden@proxy.example.com'],
    ['EGRESS_PROXY_URL', 'http://user:hid%0D%0Aden@proxy.example.com'],
    ['RETRY_SCHEDULE', '5,,30'],
    ['RETRY_SCHEDULE', '0'],
    ['RETRY_SCHEDULE', '-5'],
    ['RETRY_SCHEDULE', '5s'],
    ['RETENTION_DAYS', '0'],
    ['RETENTION_DAYS', '1.5'],
    ['TRUST_PROXY', 'loopback'],
    ['PORTAL_ORIGINS', 'https://a.example/path'],
    ['LOG_LEVEL', 'loud'],
    ['INBOX', 'no'],
    ['META_GRAPH_URL', 'graph'],
    ['OPERATOR_API_KEY', 'short'],
    ['BOOTSTRAP_TENANT', 'a b'],
    ['BOOTSTRAP_API_KEY', 'has a space in its middle'],
    ['BOOTSTRAP_ADMIN_EMAIL', 'nobody'],
    ['BOOTSTRAP_ADMIN_PASSWORD', 'short'],
  ])('a bad %s (%s) is refused by a sentence that names it', (name, value) => {
    const problems = problemsOf({ SECRETS_KEY: KEY, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} .*(write|make).*\\.$`));
  });

  test('a bad EGRESS_PROXY_URL is refused without showing its password', () => {
    const [problem] = problemsOf({ EGRESS_PROXY_URL: 'ftp://sydx:hidden@proxy.example.com' });
    expect(problem).toMatch(/^EGRESS_PROXY_URL is no proxy: write http:/);
    expect(problem).not.toMatch(/hidden|sydx/);
    expect(problemsOf({ EGRESS_PROXY: 'http://proxy.example.com' })[0]).toBe(
      'EGRESS_PROXY is not a setting. Write EGRESS_PROXY_URL, or remove it.',
    );
  });

  test('all bad settings are named at once', () => {
    expect(problemsOf({ PORT: 'x', ROLE: 'y', LOG_LEVEL: 'z' })).toHaveLength(3);
  });

  test('with DATABASE_URL set, SECRETS_KEY must be given', () => {
    const problems = problemsOf({ DATABASE_URL: 'postgresql://u:hidden@h/d' });
    expect(problems).toEqual([expect.stringMatching(/^SECRETS_KEY is missing/)]);
    expect(loadSettings({ DATABASE_URL: 'postgres://h/d', SECRETS_KEY: KEY }).secretsKey).toBe(KEY);
  });

  test('settings that contradict each other are refused', () => {
    expect(problemsOf({ SECRETS_KEY: KEY, SECRETS_KEY_PREVIOUS: KEY })).toHaveLength(1);
    expect(problemsOf({ SECRETS_KEY_PREVIOUS: OTHER_KEY })).toHaveLength(1);
    const same = 'the-same-key-for-both';
    expect(problemsOf({ OPERATOR_API_KEY: same, BOOTSTRAP_API_KEY: same })).toHaveLength(1);
  });

  test('no error repeats a secret', () => {
    const text = problemsOf({
      DATABASE_URL: 'mysql://u:hidden@h/d',
      PUBLIC_URL: 'https://u:hidden@h/',
      SECRETS_KEY: 'hidden',
      SECRETS_KEY_PREVIOUS: 'hidden',
      OPERATOR_API_KEY: 'hidden',
      BOOTSTRAP_API_KEY: 'hidden',
      BOOTSTRAP_ADMIN_PASSWORD: 'hidden',
    }).join('\n');
    expect(text.split('\n')).toHaveLength(7);
    expect(text).not.toContain('hidden');
  });
});
