// Nobody answered, or the answer broke off. A socket's own code names the cause better than the word
// "timeout" near it.
#include "classify/rule.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr std::uint8_t silent = statuses::none | statuses::s5xx;

// clang-format off
constexpr Rule wire[] = {
    {"timeout-by-name", Kind::timeout, Border::fixed, statuses::none,
     "timeout of ~ ms exceeded; litellm.Timeout; APITimeoutError; httpx.ReadTimeout; httpx.ConnectTimeout; httpx.WriteTimeout; PoolTimeout; "
     "SocketTimeoutException; HttpTimeoutException; Net::ReadTimeout; Net::OpenTimeout; Net::WriteTimeout; TimeoutException; "
     "HttpClient.Timeout; timed out without returning",
     "the exceptions of the languages' HTTP clients"},
    {"gateway-timeout", Kind::timeout, Border::fixed, statuses::none | statuses::s5xx,
     "504 server error; 504 gateway time",
     "https://requests.readthedocs.io/en/latest/api/#requests.Response.raise_for_status"},
    {"wire", Kind::network, Border::fixed, statuses::none,
     "proxy authentication required; NoHttpResponse; failed to respond; server could not be established; connection with the server; socket hang up; econnreset; econnrefused; enotfound; eai_again; epipe!; tunnel connection failed; ProxyError; proxyconnect; "
     "stream was reset; StreamReset; IncompleteMessage; goaway; received from peer; stream id ~ internal_error|refused_stream|cancel; server misbehaving; connectex; "
     "winerror 10050; winerror 10051; winerror 10053; winerror 10054; winerror 10060; winerror 10061; winerror 10064; winerror 10065; "
     "winerror 11001; winerror 11002; winerror 11004; os error 10054; os error 10060; os error 10061; os error 104; os error 111; os error 11001; "
     "wsaeconn; wsaetimedout; wsahost; socketexception; socket error; errno 8]; errno 11001; errno 3]; errno 2]; errno 104; errno 111; errno 113; errno 101; "
     "actively refused; refused it; active refus; NameResolutionFailure; ConnectFailure; ReceiveFailure; SecureChannelFailure; "
     "HttpIOException; SSL connection could not; remote certificate; remote name could not; no such host; no connection could be made; resource temporarily unavailable; IoException; WebException; 积极拒绝; 无法连接; "
     "bad port; failed to open tcp connection",
     "https://learn.microsoft.com/windows/win32/winsock/windows-sockets-error-codes-2"},
};

constexpr Rule transport_rows[] = {
    {"socket-behind-4xx", Kind::network, Border::fixed, statuses::s4xx,
     "connectex: no connection; target machine actively refused",
     "https://github.com/ollama/ollama: the server's own call of its runner"},
    {"socket", Kind::network, Border::fixed, silent,
     "econnreset; econnrefused; enotfound; eai_again; ehostunreach; ehostdown; enetunreach; enetreset; "
     "enetdown; epipe!; econnaborted; eproto!; und_err_socket; und_err_closed; connection refused; "
     "connection reset; connection aborted; ConnectionResetError; ConnectionRefused; "
     "connection was closed; connection closed; connection lost; connection dropped; connection was lost; "
     "connection terminated; connection failure; connection was reset; forcibly closed; broken pipe; "
     "socket hang up; socket disconnected; server disconnected; connection attempts failed; "
     "tunneling socket; socketerror; other side closed; peer closed; socket connection; socket closed; "
     "websocket closed; websocket ~ closed|disconnected; empty reply; no route to host; "
     "network is unreachable; network unreachable; connection_failed; err_connection; err_internet; "
     "err_network; err_proxy; err_name; err_tunnel",
     "https://nodejs.org/api/errors.html"},
    {"name-lookup", Kind::network, Border::fixed, silent,
     "could not be resolved; could not resolve; couldn't resolve; failed to resolve; getaddrinfo; name resolution; "
     "NameResolution; name or service not known; no such host; unknownhost; nodename nor servname; "
     "temporary failure in name; dns error; dns lookup; dns resolution; internet or dns",
     "https://man7.org/linux/man-pages/man3/getaddrinfo.3.html"},
    {"certificate", Kind::network, Border::fixed, silent,
     "certification path; DECRYPTION_FAILED; handshake failure; handshake failed; x509; self-signed; self_signed; certificate; cert_has; cert_untrusted; cert_not; cert_altname; cert_date; cert_common; cert_authority; cert_revoked; cert_signature; cert_chain; cert_reject; cert_invalid; cert_verify; cert!; unable_to_verify_leaf; unable_to_get_issuer; "
     "sslerror; sslhandshake; ssl error; ssl routines; ssl:; ssl handshake; tls alert; tls error; "
     "remote error: tls; tls handshake failed; tls handshake failure; tls handshake error; wrong version number; [ssl",
     "https://nodejs.org/api/tls.html"},
    {"timeout", Kind::timeout, Border::fixed, statuses::none | statuses::s5xx | statuses::s408,
     "deadline has elapsed; error code: 524; no stream activity; no activity for; inactivity; stalled; no response within; did not respond within; no data received for; execution expired; operation was canceled; timed out; timed_out; timeout; time out!; time-out!; deadline exceeded; deadline_exceeded; "
     "etimedout; esockettimedout; und_err_connect_timeout; und_err_headers_timeout; und_err_body_timeout; "
     "ReadTimeout; ConnectTimeout; APITimeoutError; request took too long; took too long to respond; "
     "idle for too long; 超时",
     "https://pkg.go.dev/context"},
    {"broken-stream", Kind::network, Border::fixed, silent,
     "stream ended; api error: terminated; error: terminated!; injected into sse; payload is not completed; ClientPayloadError; transfer encoding; content length mismatch; ended prematurely; ResponseEnded; transport connection; "
     "invalid response body; json parsing failed; JSONParseError; not valid json; unexpected token <; unexpected line format; invalid json response; expecting value: line; "
     "failed to parse ~ response|stream|chunk; unterminated string; stream transport error; EOFException; empty or malformed; stream was aborted; stream aborted; stream interrupted; stream terminated; "
     "stream disconnected; stream closed; stream was ~ closed|interrupted|reset; "
     "ended before; ended without; closed before; premature close; prematurely; premature end; "
     "incomplete chunked; incompleteread; incomplete read; unexpected eof; : eof!; typeerror: terminated; "
     "error decoding response body; unexpected end of; without producing a message; stream error; "
     "malformed_streaming; malformed stream; connection lost mid; chunkedencodingerror; protocolerror; "
     "remoteprotocolerror; mid-response",
     "https://platform.claude.com/docs/en/build-with-claude/streaming"},
    {"no-connection", Kind::network, Border::fixed, statuses::none,
     "=terminated; TypeError: terminated; connection lost; failed, reason; invalid response body while; dispatch failure; request or response body error; dial tcp; NSURLErrorDomain; ReadError!; WriteError!; ConnectionFailed; HttpRequestException; ResourceAccessException; url error; connect call failed; network is down; is the computer able; connection error; ConnectionError; APIConnectionError; ConnectError; connect error; "
     "connection issue; connection failed; fetch failed; failed to fetch; network error; NetworkError; "
     "network connection; network failure; network request failed; unable to connect; failed to connect; "
     "couldn't connect; could not connect; cannot connect; can't connect; can't reach; cannot reach; "
     "no internet; failed to establish; max retries exceeded; proxyerror; proxy error; "
     "proxy authentication required; through your proxy; urlopen error; transport error; "
     "upstream connect; upstream reset; reset before headers; get a response; no response from; "
     "error sending request; 网络",
     "https://github.com/anthropics/anthropic-sdk-typescript"},
    {"client-library", Kind::network, Border::fixed, statuses::none,
     "could not establish connection; failed to read connection; failed to write connection; connection handling canceled; "
     "ssl server verification failed; partial file; outstanding read data; server returned nothing; "
     "failed sending data to the peer; failure when receiving data from the peer; http2 framing",
     "https://curl.se/libcurl/c/libcurl-errors.html; https://github.com/yhirose/cpp-httplib: to_string(Error)"},
};
// clang-format on

}  // namespace

std::span<const Rule> wire_rules() {
  return wire;
}
std::span<const Rule> transport_rules() {
  return transport_rows;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
