// Credentials, permissions, accounts, regions.
#include "classify/rule.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr std::uint8_t asked = statuses::none | statuses::s401 | statuses::s404 | statuses::s4xx;
constexpr std::uint8_t barred = asked | statuses::s429 | statuses::s402;

// clang-format off
constexpr Rule auth_rows[] = {
    {"api-key", Kind::auth_error, Border::fixed, asked,
     "AI Gateway access failed; apiKey is missing; LoadAPIKeyError; missing environment variable; expects these environment variables; configuration value not found; validate credentials; requires setting the; must specify the ~ environment variable|api_key;  set the ~ environment variable; insufficient authentication scope;  environment variable ~ missing|not set|not found|required|is empty; key is blocked; expired key; appid ~ invalid|not exist|mismatch; invalid appid; NoAuthError; api_key ~ must be set;  invalid api key; invalid api-key; invalid x-api-key; incorrect api key; "
     "wrong api key; bad api key; unknown api key; expired api key; missing api key; no api key; "
     "invalid key; invalid or expired; invalid ~ api key; "
     "api key ~ invalid|incorrect|expired|not valid|revoked|missing|disabled|suspended|deactivated|"
     "not found|not provided|is required|leaked|not have permission|unauthorized|not authorized|"
     "not supported|not exist|not set|must be set|be set by|is empty; api_key_invalid; "
     "apikey ~ invalid|expired; api key found; provide an api key; didn't provide ~ key|token|credential|authorization; subscription key; "
     "invalid subscription key; key has been disabled; key is disabled; key is invalid; key has expired; "
     "key expired; key has been revoked; keys is disabled; no usable key; NoUsableKey; invalid token; "
     "invalid_token; invalid access token; invalid api token; invalid api secret; invalid secret; "
     "access token ~ invalid|expired|no longer valid|revoked; api token ~ invalid|expired|required; "
     "api secret key; login fail; authfailure; auth failure; "
     "token ~ has expired|is expired|has been revoked|is invalid|revoked; invalid bearer; missing bearer; "
     "bearer token ~ invalid|expired|missing; invalid client secret; invalid_client; client secret; "
     "invalid header ~ authorization; authorization header",
     "https://platform.openai.com/docs/guides/error-codes"},
    {"authentication", Kind::auth_error, Border::fixed, asked,
     "authorization failed, please; authorization failed. please; ProviderAuthError; ERROR_LLM_AUTHENTICATION; missing authentication header; auth method; authentication method; no authentication ~ found|provided; authentication token; access token could not be refreshed; refresh token was; authentication_token_expired; bad credentials; AuthFailure; auth error; invalid auth; not authenticated; please login; log in again; login required; requires authentication; "
     "authentication_error; authentication error; AuthenticationError; authentication_failed; "
     "authentication failed; authentication fails; authentication required; failed to authenticate; "
     "failed authentication; invalid authentication; invalid_authentication; invalid credential; "
     "invalid auth; unauthorized; unauthenticated; no auth credentials; no auth available; "
     "auth_unavailable; no credentials; CredentialUnavailable; failed to retrieve a token; "
     "credentials ~ invalid|expired|not found|missing|could not|incorrect|revoked; "
     "credential ~ resolve|not found|unable|expired; default credentials; unable to locate credentials; "
     "load credentials; could not load ~ credential; not logged in; please run /login; /login!; "
     "not signed in; not currently signed in; please sign in; please log in; re-authenticate; "
     "reauthentication; login expired; login has expired; session expired; session has expired; "
     "oauth ~ failed|revoked|expired|not allowed|invalid; oauth_org_not_allowed; invalid_grant; "
     "token refresh failed; refresh token; missing scope; scope requirement; insufficient_scope; "
     "insufficient scope; required scope; apiKeyHelper; aadsts; UnrecognizedClient; ExpiredToken; "
     "security token ~ invalid|expired; InvalidSignature; SignatureDoesNotMatch; IncompleteSignature; "
     "MissingAuthenticationToken; request signature; sso session ~ expired; sso login; key_invalid; 身份验证; "
     "无效的令牌; 无效令牌; 无效的密钥; 令牌无效; token_expired; expired token; "
     "authentication token ~ parse|invalid|expired; sign in again; signing in again; 鉴权; 认证失败; 未授权; 密钥; "
     "api key 无效; 无效的 api; key无效; 令牌 ~ 无效|过期|无权|不可用|已",
     "https://platform.claude.com/docs/en/api/errors"},
    {"account", Kind::auth_error, Border::fixed, barred,
     "account ~ deactivated|disabled|banned|locked|blocked|terminated|suspended|not active|inactive|"
     "closed; account_deactivated; "
     "organization ~ has been disabled|disabled|deactivated|suspended|not allowed|restricted|"
     "has been blocked; sorry, you have been blocked; using a security service to protect; disabled organization; org_disabled; workspace ~ deactivated|disabled|archived; "
     "deactivated_workspace; project ~ been suspended|deactivated|archived; access terminated; "
     "access_terminated; member of an organization; user ~ has been banned|is banned|is blocked; "
     "account eligibility; verify your account; verify your organization; organization must be verified; "
     "consumer ~ has been suspended; consumer_suspended",
     "https://platform.claude.com/docs/en/api/errors"},
    {"region", Kind::auth_error, Border::fixed, asked,
     "country ~ not supported|not allowed|unsupported|restricted; unsupported_country; "
     "unsupported country; unsupported region; region ~ not supported|not allowed|is restricted; "
     "location is not supported; not available in your region; not available in your country; "
     "not supported in your; territory; ip address ~ not allowed|blocked|not authorized; "
     "ip_not_authorized; host_not_allowed",
     "https://platform.openai.com/docs/supported-countries"},
    {"permission", Kind::auth_error, Border::fixed, asked,
     "can only be used from within; not allowed by your organization; operation not allowed; "
     "access to model denied; model access denied; model access is denied; Model.AccessDenied; not enabled for your; not eligible; "
     "AuthorizationFailed; not have authorization; HttpResponseError: (forbidden); HttpResponseError: (unauthorized); "
     "permission_error; PermissionDeniedError; not have permission; not have sufficient permission; "
     "insufficient permission; insufficient_permission; not authorized to; is not authorized; "
     "AccessDenied; access denied due to; request_forbidden; not have access to; no access to; "
     "no permission; permission ~ denied on resource; has not been used in project; unregistered callers; "
     "been denied access; public access is disabled; private endpoint; firewall rules; "
     "only authorized for use; not allowed to sample; not allowed to access; not allowed to use; "
     "access to ~ is not allowed; permission ~ to use the; not been granted access; 无权访问; 无权限; 没有权限; 权限不足",
     "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html"},
    {"auth-behind-5xx", Kind::auth_error, Border::fixed, statuses::s5xx,
     "invalid or unrecognized token; unauthenticated; invalid api key; incorrect api key; api key is invalid; api_key_invalid; api key not valid; "
     "invalid x-api-key; api key ~ is not set",
     "gateways that wrap their upstream's refusal"},
    {"permission-with-status", Kind::auth_error, Border::fixed, statuses::s401,
     "permission_denied; permission denied; access denied; forbidden; not allowed",
     "google.rpc.Code PERMISSION_DENIED"},
};
// clang-format on

}  // namespace

std::span<const Rule> auth_rules() {
  return auth_rows;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
