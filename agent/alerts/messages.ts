import {
  ALERT_TITLES,
  type Alert,
  type AlertLevel,
  type AlertReceiver,
  levelOf,
  releaseTitle,
} from './alert';

/** The body that a receiver of that type understands. */
export function alertBody(type: AlertReceiver['type'], alert: Alert, atMs: number): unknown {
  switch (type) {
    case 'slack':
      return slackBody(alert, atMs);
    case 'teams':
      return teamsBody(alert);
    case 'webhook':
      return webhookBody(alert, atMs);
  }
}

const SLACK_COLOURS: Readonly<Record<AlertLevel, string>> = {
  good: 'good',
  attention: 'warning',
  warning: 'danger',
};

/** https://docs.slack.dev/messaging/formatting-message-text: these three alone have a meaning in its text. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** An incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
function slackBody(alert: Alert, atMs: number): unknown {
  const title = slackText(`${ALERT_TITLES[alert.on]}: ${releaseTitle(alert.release)}`);
  return {
    text: title,
    attachments: [
      {
        color: SLACK_COLOURS[levelOf(alert.on)],
        fallback: title,
        text: slackText(alert.text),
        footer: 'Coxswain',
        ts: Math.floor(atMs / 1000),
      },
    ],
  };
}

const TEAMS_COLOURS: Readonly<Record<AlertLevel, string>> = {
  good: 'Good',
  attention: 'Warning',
  warning: 'Attention',
};

/**
 * A workflow's webhook takes an Adaptive Card:
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
function teamsBody({ on, release, text }: Alert): unknown {
  const block = (content: string, more: Record<string, unknown> = {}) => ({
    type: 'TextBlock',
    text: content,
    wrap: true,
    ...more,
  });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            block(ALERT_TITLES[on], { weight: 'Bolder', size: 'Medium', color: TEAMS_COLOURS[levelOf(on)] }),
            {
              type: 'FactSet',
              facts: [
                { title: 'Release', value: releaseTitle(release) },
                { title: 'Told by', value: 'Coxswain' },
              ],
            },
            block(text),
          ],
        },
      },
    ],
  };
}

function webhookBody({ on, release, text }: Alert, atMs: number): unknown {
  return {
    source: 'coxswain',
    event: on,
    title: ALERT_TITLES[on],
    release,
    text,
    at: new Date(atMs).toISOString(),
  };
}
