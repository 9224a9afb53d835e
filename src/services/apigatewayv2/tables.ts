import type { Migration } from "../../store/store.ts"

export const migrations: readonly Migration[] = [
  {
    // What an API is made of has one table, which a deployment is taken of by one statement: routes, integrations, authorizers,
    // models, stages. Ids of responses begin with that of what they belong to. Domain names have the like: mappings and rules.
    name: "apigatewayv2-1-apis",
    sql: `CREATE TABLE apigw2_apis (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  api_id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, api_id)
);
CREATE UNIQUE INDEX apigw2_apis_by_id ON apigw2_apis (api_id);
CREATE TABLE apigw2_parts (
  owner TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (owner, kind, id)
);
CREATE TABLE apigw2_deployments (
  api_id TEXT NOT NULL,
  deployment_id TEXT NOT NULL,
  body TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  PRIMARY KEY (api_id, deployment_id)
);
CREATE TABLE apigw2_domains (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, name)
);
CREATE UNIQUE INDEX apigw2_domains_by_name ON apigw2_domains (name)`,
  },
]
