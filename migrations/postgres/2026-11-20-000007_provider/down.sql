DROP TABLE provider_flows;
