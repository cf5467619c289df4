// A small provider of OpenID Connect: one page with one button, tokens signed by ES256.
import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer } from "node:http";

export const client = "daybook-browser";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

// A token that says some claims of somebody.
function signed(key, claims) {
  const text = `${part({ alg: "ES256", kid: "only", typ: "JWT" })}.${part(claims)}`;
  const signature = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}

// The page on which somebody agrees: what they were led here with goes along.
function page(query) {
  const fields = ["redirect_uri", "state", "nonce", "code_challenge"].map(
    (name) => `<input type="hidden" name="${name}" value="${encodeURIComponent(query.get(name))}">`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Example login</title>
    <link rel="icon" href="data:,"><form action="/agree">${fields.join("")}<button>Let me in</button></form></html>`;
}

async function read(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

// Starts one on a free port that knows one person, by these claims.
export async function startProvider(person) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const codes = new Map();
  let issuer;

  // A code is good once, for whoever shows what its challenge was made of.
  const exchange = (form) => {
    const begun = codes.get(form.get("code"));
    codes.delete(form.get("code"));
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    if (!begun || begun.challenge !== challenge || begun.back !== form.get("redirect_uri")) {
      return [400, { error: "invalid_grant" }];
    }
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: client, iat: now, exp: now + 60, nonce: begun.nonce, ...person };
    return [200, { access_token: randomUUID(), token_type: "Bearer", id_token: signed(privateKey, claims) }];
  };

  const agree = (query) => {
    const value = (name) => decodeURIComponent(query.get(name));
    const code = randomUUID();
    codes.set(code, { nonce: value("nonce"), challenge: value("code_challenge"), back: value("redirect_uri") });
    return `${value("redirect_uri")}?${new URLSearchParams({ code, state: value("state") })}`;
  };

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, issuer);
    const json = (status, value) => response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    switch (pathname) {
      case "/.well-known/openid-configuration":
        return json(200, {
          issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`, response_types_supported: ["code"],
          subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["ES256"],
        });
      case "/keys":
        return json(200, { keys: [{ ...publicKey.export({ format: "jwk" }), use: "sig", alg: "ES256", kid: "only" }] });
      case "/authorize":
        return response.writeHead(200, { "Content-Type": "text/html" }).end(page(searchParams));
      case "/agree":
        return response.writeHead(303, { Location: agree(searchParams) }).end();
      case "/token":
        return json(...exchange(await read(request)));
      default:
        return json(404, {});
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  issuer = `http://127.0.0.1:${server.address().port}`;
  return { issuer, end: () => server.close() };
}
