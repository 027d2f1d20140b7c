-- Which integration made a webhook, such as the Zapier app; null: none did. What is not null is a REST
-- hook: `410 Gone` from its receiver deletes it. Which names there are the contract says.
alter table sydx.webhooks add column integration text;
