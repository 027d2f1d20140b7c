/** Every address of the dashboard. A page is loaded when somebody first goes there. */
import {
  createRootRoute,
  createRoute,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { readAuditFilter } from '../pages/audit/filters.ts';
import { readInboxSearch } from '../pages/inbox/search.ts';
import { readLogFilters } from '../pages/logs/filters.ts';
import { readOverviewSearch } from '../pages/overview/range.ts';
import { readSignInSearch } from '../pages/sign-in/search.ts';
import { OutboundWebhooks } from '../pages/webhooks/OutboundWebhooks.tsx';
import { NotFoundInSettings } from './NotFoundPage.tsx';
import { SettingsLayout } from './SettingsLayout.tsx';

const root = createRootRoute({ component: Outlet });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    redirect({ to: '/settings/webhooks', replace: true, throw: true });
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  component: lazyRouteComponent(
    async () => import('../pages/sign-in/SignInPage.tsx'),
    'SignInPage',
  ),
});

// The token of these three travels in the fragment, which no server and no log sees.
const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: lazyRouteComponent(async () => import('../pages/links/InvitePage.tsx'), 'InvitePage'),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(async () => import('../pages/links/ResetPage.tsx'), 'ResetPage'),
});

const portal = createRoute({
  getParentRoute: () => root,
  path: '/portal',
  component: lazyRouteComponent(async () => import('../pages/portal/PortalPage.tsx'), 'PortalPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: SettingsLayout,
  notFoundComponent: NotFoundInSettings,
});

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    redirect({ to: '/settings/webhooks', replace: true, throw: true });
  },
});

/** Outbound Webhooks: heading and tabs around five pages. */
const tabs = createRoute({
  getParentRoute: () => settings,
  id: 'outbound-webhooks',
  component: OutboundWebhooks,
});

const webhooks = createRoute({
  getParentRoute: () => tabs,
  path: 'webhooks',
  component: lazyRouteComponent(
    async () => import('../pages/webhooks/WebhooksPage.tsx'),
    'WebhooksPage',
  ),
});

const logs = createRoute({
  getParentRoute: () => tabs,
  path: 'webhooks/logs',
  validateSearch: readLogFilters,
  component: lazyRouteComponent(async () => import('../pages/logs/LogsPage.tsx'), 'LogsPage'),
});

const rejected = createRoute({
  getParentRoute: () => tabs,
  path: 'webhooks/rejected',
  component: lazyRouteComponent(
    async () => import('../pages/rejected/RejectedPage.tsx'),
    'RejectedPage',
  ),
});

const overview = createRoute({
  getParentRoute: () => tabs,
  path: 'webhooks/overview',
  validateSearch: readOverviewSearch,
  component: lazyRouteComponent(
    async () => import('../pages/overview/OverviewPage.tsx'),
    'OverviewPage',
  ),
});

const audit = createRoute({
  getParentRoute: () => tabs,
  path: 'webhooks/audit',
  validateSearch: readAuditFilter,
  component: lazyRouteComponent(
    async () => import('../pages/audit/AuditLogPage.tsx'),
    'AuditLogPage',
  ),
});

const connect = createRoute({
  getParentRoute: () => settings,
  path: 'webhooks/connect/$tool',
  component: lazyRouteComponent(
    async () => import('../pages/guides/ConnectPage.tsx'),
    'ConnectPage',
  ),
});

const webhook = createRoute({
  getParentRoute: () => settings,
  path: 'webhooks/$id',
  component: lazyRouteComponent(
    async () => import('../pages/webhooks/WebhookPage.tsx'),
    'WebhookPage',
  ),
});

const sources = createRoute({
  getParentRoute: () => settings,
  path: 'sources',
  component: lazyRouteComponent(
    async () => import('../pages/sources/SourcesPage.tsx'),
    'SourcesPage',
  ),
});

const inbox = createRoute({
  getParentRoute: () => settings,
  path: 'inbox',
  validateSearch: readInboxSearch,
  component: lazyRouteComponent(async () => import('../pages/inbox/InboxPage.tsx'), 'InboxPage'),
});

const eventTypes = createRoute({
  getParentRoute: () => settings,
  path: 'event-types',
  component: lazyRouteComponent(
    async () => import('../pages/event-types/EventTypesPage.tsx'),
    'EventTypesPage',
  ),
});

const apiKeys = createRoute({
  getParentRoute: () => settings,
  path: 'api-keys',
  component: lazyRouteComponent(
    async () => import('../pages/api-keys/ApiKeysPage.tsx'),
    'ApiKeysPage',
  ),
});

const members = createRoute({
  getParentRoute: () => settings,
  path: 'members',
  component: lazyRouteComponent(
    async () => import('../pages/members/MembersPage.tsx'),
    'MembersPage',
  ),
});

export const routeTree = root.addChildren([
  home,
  signIn,
  invite,
  reset,
  portal,
  settings.addChildren([
    settingsHome,
    tabs.addChildren([webhooks, logs, rejected, overview, audit]),
    connect,
    webhook,
    inbox,
    sources,
    eventTypes,
    apiKeys,
    members,
  ]),
]);
