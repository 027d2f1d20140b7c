import { Link, Outlet } from '@tanstack/react-router';
import { useSession } from '../../api/session.ts';
import { Page } from '../../ui/Page.tsx';
import classes from './OutboundWebhooks.module.css';

const TABS = [
  { to: '/settings/webhooks', label: 'Webhooks' },
  { to: '/settings/webhooks/logs', label: 'Delivery Logs' },
  { to: '/settings/webhooks/rejected', label: 'Rejected' },
  { to: '/settings/webhooks/overview', label: 'Overview' },
  { to: '/settings/webhooks/audit', label: 'Audit log' },
] as const;

/** Heading and tabs around the five pages. Tabs are links: each has an address of its own. */
export function OutboundWebhooks() {
  const { kind } = useSession();
  // A portal reaches webhooks and their logs alone.
  const tabs = kind === 'portal' ? TABS.filter(({ label }) => label !== 'Rejected') : TABS;
  return (
    <Page
      title="Outbound Webhooks"
      description="Push what happens in your CRM to any URL, the moment it happens."
    >
      <nav aria-label="Outbound Webhooks" className={classes.tabs}>
        {tabs.map(({ to, label }) => (
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
