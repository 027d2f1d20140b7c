import { Link, Outlet } from '@tanstack/react-router';
import { Page } from '../../ui/Page.tsx';
import classes from './OutboundWebhooks.module.css';

const TABS = [
  { to: '/settings/webhooks', label: 'Webhooks' },
  { to: '/settings/webhooks/logs', label: 'Delivery Logs' },
  { to: '/settings/webhooks/overview', label: 'Overview' },
  { to: '/settings/webhooks/audit', label: 'Audit log' },
] as const;

/** Heading and tabs around the four pages. Tabs are links: each has an address of its own. */
export function OutboundWebhooks() {
  return (
    <Page
      title="Outbound Webhooks"
      description="Push what happens in your CRM to any URL, the moment it happens."
    >
      <nav aria-label="Outbound Webhooks" className={classes.tabs}>
        {TABS.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            className={classes.tab}
            activeOptions={{ exact: true, includeSearch: false }}
          >
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </Page>
  );
}
