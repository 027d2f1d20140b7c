import { Box, Text } from '@mantine/core';
import { Link, Navigate, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { AnchorLink } from '../../ui/links.tsx';
import { Page } from '../../ui/Page.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { ConnectGuide } from './ConnectGuide.tsx';
import classes from './ConnectPage.module.css';
import { type Guide, GUIDES, guideOf, isGuideId } from './guides.ts';
import { TOOL_ICONS } from './tool-icons.ts';

export function ConnectPage() {
  const { tool } = useParams({ from: '/settings/webhooks/connect/$tool' });
  if (!isGuideId(tool)) {
    return <Navigate to="/settings/webhooks/connect/$tool" params={{ tool: 'n8n' }} replace />;
  }
  const { title, description } = guideOf(tool);
  return (
    <Page
      title={title}
      description={description}
      back={
        <AnchorLink to="/settings/webhooks" size="sm" c="dimmed">
          <ArrowLeft size={14} aria-hidden style={{ verticalAlign: -2 }} /> Outbound Webhooks
        </AnchorLink>
      }
    >
      <nav aria-label="Tools" className={classes.tools}>
        {GUIDES.map((guide) => (
          <ToolLink key={guide.id} {...guide} />
        ))}
      </nav>
      <Panel p={0}>
        <Box className={classes.guide}>
          <Box className={classes.content}>
            <ConnectGuide key={tool} tool={tool} />
          </Box>
        </Box>
      </Panel>
    </Page>
  );
}

function ToolLink({ id, name, summary }: Guide) {
  const Icon = TOOL_ICONS[id];
  return (
    <Link to="/settings/webhooks/connect/$tool" params={{ tool: id }} className={classes.tool}>
      <Icon size={18} aria-hidden className={classes.icon} />
      <Box miw={0}>
        <Text size="sm" fw={600} truncate>
          {name}
        </Text>
        <Text size="xs" c="dimmed" truncate className={classes.summary}>
          {summary}
        </Text>
      </Box>
    </Link>
  );
}
