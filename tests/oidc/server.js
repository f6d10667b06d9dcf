// A real OpenID provider for the tests: node-oidc-provider, in memory, on a free
// port of 127.0.0.1, whose address is the one line it prints. It ends with its
// input.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

// The output is read for the address and no further.
console.info = console.warn;

const key = (kid, alg, type, options) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig',
});

// One client for each algorithm, all with the same secret and callbacks.
const client = (alg, rest = {}) => ({
  client_id: `kith-${alg}`,
  client_secret: 'a secret of tests',
  id_token_signed_response_alg: alg,
  redirect_uris: ['acme', 'acme-es', 'acme-ed', 'acme-ps', 'linkedin'].map(
    (name) => `https://users.test/v1/auth/oauth/${name}/callback`,
  ),
  ...rest,
});

// Somebody's claims are put here first; the answer is what to sign in as, and the
// subject of their ID tokens: the same for the same `sub` of the same service.
const accounts = new Map();
const putAccount = async (request, response) => {
  const { service, claims } = JSON.parse(Buffer.concat(await request.toArray()));
  const accountId = createHash('sha256').update(`${service} ${claims.sub}`).digest('hex');
  accounts.set(accountId, { accountId, claims: async () => claims });
  response.end(accountId);
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      client('RS256'), client('ES256'), client('EdDSA'), client('PS256'),
      client('RS256', { client_id: 'kith-post', token_endpoint_auth_method: 'client_secret_post' }),
    ],
    jwks: {
      keys: [
        key('rsa', 'RS256', 'rsa', { modulusLength: 2048 }),
        key('pss', 'PS256', 'rsa', { modulusLength: 2048 }),
        key('ec', 'ES256', 'ec', { namedCurve: 'P-256' }),
        key('ed', 'EdDSA', 'ed25519'),
      ],
    },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name', 'locale', 'picture'],
    },
    // By the standard the claims are at the userinfo endpoint only.
    conformIdTokenClaims: process.argv[2] === 'userinfo',
    cookies: { keys: ['of no matter here'] },
    // LinkedIn has no PKCE.
    pkce: { required: (ctx, { clientId }) => clientId !== 'kith-post' },
    findAccount: async (ctx, id) => accounts.get(id),
  });
  const callback = provider.callback();
  server.on('request', (request, response) => (
    request.url === '/accounts' ? putAccount(request, response) : callback(request, response)
  ));
  console.log(issuer);
});

process.stdin.resume().on('end', () => process.exit(0));
