#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "http/gate.hpp"
#include "http/login_sessions.hpp"
#include "http/operator_token.hpp"

namespace http = understudy::daemon::http;
namespace fs = std::filesystem;
using http::Access;
using http::Method;
using namespace std::chrono_literals;

namespace {

const std::string token(64, 'a');
const std::string store_token(64, 'b');

http::GateOptions options() {
  http::GateOptions result;
  result.operator_token = token;
  result.store_token = store_token;
  result.listen_port = 8787;
  return result;
}

http::Request request(http::Pairs headers, Method method = Method::get, std::string path = "/agents") {
  http::Request result;
  result.method = method;
  result.path = std::move(path);
  result.peer = "127.0.0.1";
  result.local_address = "127.0.0.1";
  result.headers = http::Headers(std::move(headers));
  if (!result.headers.get("Host")) result.headers.add("Host", "127.0.0.1:8787");
  return result;
}

bool may(http::Gate& gate, http::Request call, Access access) {
  gate.authenticate(call);
  return !gate.authorize(call, access);
}

bool passes(const http::Gate& gate, const http::Request& call) {
  return !gate.check_origin(call);
}

std::string cookie_of(const http::Response& response) {
  const auto value = response.headers.get("Set-Cookie").value_or("");
  return std::string(value.substr(0, value.find(';')));
}

http::Response log_in(http::Gate& gate, const std::string& presented, std::string peer = "127.0.0.1") {
  auto call = request({}, Method::post, "/session");
  call.peer = std::move(peer);
  call.body = R"({"token":")" + presented + R"("})";
  return gate.log_in(call);
}

std::string member(const http::Response& response, std::string_view name) {
  const auto value = boost::json::parse(std::get<std::string>(response.body));
  const auto* found = value.get_object().if_contains(name);
  return found != nullptr ? std::string(found->get_string()) : "";
}

/// A call of our own page after that login.
http::Request session(const http::Response& login) {
  return request(
      {{"Cookie", "theme=dark; " + cookie_of(login)}, {"X-Understudy-Session", member(login, "secret")}});
}

struct TokenFile {
  fs::path folder{fs::temp_directory_path() / ("understudy-" + understudy::daemon::text::random_hex(8))};
  fs::path path{folder / "operator-token"};
  TokenFile() { fs::create_directories(folder); }
  ~TokenFile() { fs::remove_all(folder); }
};

}  // namespace

TEST_CASE("on loopback reads are open and writes want the operator", "[auth]") {
  http::Gate gate(options());
  CHECK(may(gate, request({}), Access::open));
  CHECK(may(gate, request({}), Access::read));
  CHECK(may(gate, request({}), Access::store));
  CHECK_FALSE(may(gate, request({}), Access::operator_));
  CHECK(may(gate, request({{"Authorization", "Bearer " + token}}), Access::operator_));
  CHECK(may(gate, request({{"authorization", "bearer  " + token}}), Access::operator_));
}

TEST_CASE("a wrong token opens nothing", "[auth]") {
  http::Gate gate(options());
  const std::string value =
      GENERATE(std::string("Bearer "), std::string("Bearer"), "Bearer " + token + "a",
               "Bearer " + token.substr(1), "Basic " + token, token, "Bearer " + store_token);
  CHECK_FALSE(may(gate, request({{"Authorization", value}}), Access::operator_));
}

TEST_CASE("without a configured token nobody is the operator", "[auth]") {
  http::Gate gate(http::GateOptions{});
  CHECK_FALSE(may(gate, request({{"Authorization", "Bearer "}}), Access::operator_));
}

TEST_CASE("a refusal says how to come back", "[auth]") {
  http::Gate gate(options());
  const auto refusal = gate.authorize(request({}), Access::operator_);
  REQUIRE(refusal);
  CHECK(refusal->status == 401);
  CHECK_THAT(refusal->detail, Catch::Contains("understudyd token"));
}

TEST_CASE("reads and the store can be made to want a token", "[auth]") {
  auto strict = options();
  strict.reads_need_token = true;
  strict.store_needs_token = true;
  http::Gate gate(strict);
  CHECK(may(gate, request({}), Access::open));
  CHECK_FALSE(may(gate, request({}), Access::read));
  CHECK_FALSE(may(gate, request({}), Access::store));
  CHECK(may(gate, request({{"Authorization", "Bearer " + store_token}}), Access::store));
  CHECK_FALSE(may(gate, request({{"Authorization", "Bearer " + store_token}}), Access::read));
  CHECK(may(gate, request({{"Authorization", "Bearer " + token}}), Access::store));
  auto by_path = request({});
  by_path.path_token = store_token;
  CHECK(may(gate, by_path, Access::store));
}

TEST_CASE("a request counts as from here only when nothing says otherwise", "[auth]") {
  http::Gate gate(options());
  const auto nobody_reads = [&](const http::Request& call) {
    return may(gate, call, Access::open) && !may(gate, call, Access::read) && !may(gate, call, Access::store);
  };
  SECTION("loopback has many spellings") {
    for (const auto* address : {"127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"}) {
      auto call = request({{"Host", "[::1]:8787"}});
      call.local_address = call.peer = address;
      CHECK(may(gate, call, Access::read));
    }
  }
  SECTION("the socket may have been handed to us, or listen everywhere") {
    auto call = request({});
    call.local_address = GENERATE("10.99.0.1", "::ffff:10.99.0.1", "fe80::1%eth0", "0.0.0.0", "");
    CHECK(nobody_reads(call));
  }
  SECTION("a peer from elsewhere, whatever it reached") {
    auto call = request({});
    call.peer = GENERATE("10.99.0.2", "::ffff:192.0.2.1", "2001:db8::1", "");
    CHECK(nobody_reads(call));
  }
  SECTION("a Host that is not loopback") {
    auto named = options();
    named.allowed_hosts = {"ops.example"};
    gate.configure(named);
    CHECK(nobody_reads(request({{"Host", "ops.example"}})));
  }
  SECTION("what proxies, tunnels and content networks add") {
    const std::string header =
        GENERATE("Forwarded", "X-Forwarded-For", "x-forwarded-host", "X-FORWARDED-PROTO",
                 "X-Forwarded-Prefix", "X-Real-IP", "Via", "CF-Connecting-IP", "CF-Ray", "True-Client-IP",
                 "X-Client-IP", "X-Cluster-Client-IP", "X-Original-Forwarded-For", "Fastly-Client-IP",
                 "X-Envoy-External-Address", "Tailscale-User-Login", "CDN-Loop", "X-Azure-ClientIP",
                 "Fly-Client-IP", "X-Amzn-Trace-Id", "Proxy-Connection", "Forwarded-For", "X-Forward-For",
                 "X_Forwarded_For", "X_REAL_IP", "HTTP-CLIENT-IP", "X-Originating-IP", "Remote-Addr",
                 "X-Original-Proto", "X-ARR-SSL", "X-Cdn-Src-Ip", "X-Cloud-Trace-Context", "Ngrok-Trace-Id",
                 "X-Source-IP", "X-Remote-User", "X-Auth-Request-User", "X-WebAuth-User", "X-Proxied-By",
                 "X-Forwarded-By", "X-SSL-Client-Cert", "X-Varnish", "X-HTTP-Host-Override", "RealIP");
    CHECK(nobody_reads(request({{header, ""}})));
  }
  SECTION("nginx as it comes says HTTP/1.0 and nothing else") {
    auto call = request({});
    call.is_http_1_0 = true;
    CHECK(nobody_reads(call));
  }
  SECTION("ordinary headers are nobody's business") {
    CHECK(may(gate,
              request({{"User-Agent", "curl"}, {"Accept", "*/*"}, {"X-Request-Id", "1"}, {"Vial", "x"}}),
              Access::read));
    CHECK(may(gate,
              request({{"traceparent", "00"},
                       {"X-Stainless-Lang", "python"},
                       {"X-Knowledge-Realm", "x"},
                       {"Sec-Fetch-Site", "same-origin"},
                       {"Upgrade-Insecure-Requests", "1"},
                       {"X-Client-Version", "2"}}),
              Access::read));
  }
}

TEST_CASE("only our own names are accepted as host", "[auth]") {
  auto configured = options();
  configured.allowed_hosts = {"ops.example", "other.example:9000"};
  const http::Gate gate(configured);
  const auto own = [&](std::string host) { return passes(gate, request({{"Host", std::move(host)}})); };
  CHECK(own("127.0.0.1:8787"));
  CHECK(own("localhost:8787"));
  CHECK(own("LOCALHOST"));
  CHECK(own("[::1]:8787"));
  CHECK(own("localhost:9999"));  // a forwarded port
  CHECK(own("ops.example"));
  CHECK(own("ops.example:443"));
  CHECK(own("other.example:9000"));
  CHECK_FALSE(own("other.example"));
  CHECK_FALSE(own("evil.example:8787"));
  CHECK_FALSE(own("localhost.evil.example"));
  CHECK_FALSE(own("127.0.0.1.evil.example"));
  CHECK_FALSE(own("user@localhost"));
  CHECK_FALSE(own(""));
}

TEST_CASE("the address a client reached us on is our own", "[auth]") {
  auto wide = options();
  wide.listen_host = "0.0.0.0";
  const http::Gate gate(wide);
  auto call = request({{"Host", "10.1.2.3:8787"}});
  CHECK_FALSE(passes(gate, call));
  call.local_address = "10.1.2.3";
  CHECK(passes(gate, call));
  call.local_address = "::ffff:10.1.2.3";
  CHECK(passes(gate, call));
}

TEST_CASE("a foreign origin is refused, our own is not", "[auth]") {
  const http::Gate gate(options());
  const auto from = [&](std::string origin, std::string host = "127.0.0.1:8787") {
    return passes(gate, request({{"Host", std::move(host)}, {"Origin", std::move(origin)}}));
  };
  CHECK(from("http://127.0.0.1:8787"));
  CHECK(from("http://localhost:8787"));
  CHECK(from("http://localhost:9999", "localhost:9999"));
  CHECK_FALSE(from("http://localhost:3000"));
  CHECK_FALSE(from("https://evil.example"));
  CHECK_FALSE(from("null"));
  CHECK_FALSE(from("file://"));
}

TEST_CASE("an allowed origin gets CORS, and Vary keeps caches honest", "[auth]") {
  auto configured = options();
  configured.allowed_origins = {"https://ops.example/"};
  const http::Gate gate(configured);
  const auto call = request({{"Origin", "https://ops.example"}});
  REQUIRE(passes(gate, call));
  http::Response response;
  gate.add_cors(call, response);
  CHECK(response.headers.get("Access-Control-Allow-Origin") == "https://ops.example");
  CHECK(response.headers.get("Access-Control-Allow-Credentials") == "true");
  CHECK(response.headers.get("Vary") == "Origin");
  http::Response plain_response;
  gate.add_cors(request({}), plain_response);
  CHECK_FALSE(plain_response.headers.get("Access-Control-Allow-Origin"));
  CHECK(plain_response.headers.get("Vary") == "Origin");
}

TEST_CASE("any origin never means any operator", "[auth]") {
  auto configured = options();
  configured.allowed_origins = {"*"};
  http::Gate gate(configured);
  const auto call = request({{"Origin", "https://evil.example"}});
  CHECK(passes(gate, call));
  http::Response response;
  gate.add_cors(call, response);
  CHECK(response.headers.get("Access-Control-Allow-Origin") == "*");
  CHECK_FALSE(response.headers.get("Access-Control-Allow-Credentials"));
}

TEST_CASE("a preflight is answered for allowed origins", "[auth]") {
  auto configured = options();
  configured.allowed_origins = {"https://ops.example"};
  const http::Gate gate(configured);
  auto call = request({{"Origin", "https://ops.example"},
                       {"Access-Control-Request-Method", "PUT"},
                       {"Access-Control-Request-Headers", "authorization, if-match"}},
                      Method::options);
  const auto answer = gate.preflight(call, "GET, PUT");
  REQUIRE(answer);
  CHECK(answer->status == 204);
  CHECK(answer->headers.get("Access-Control-Allow-Methods") == "GET, PUT");
  CHECK(answer->headers.get("Access-Control-Allow-Headers") == "authorization, if-match");
  call.method = Method::get;
  CHECK_FALSE(gate.preflight(call, "GET"));
}

TEST_CASE("the store's prefix keeps its upstream's manners towards foreign origins", "[auth]") {
  const http::Gate gate(options());
  const http::Pairs foreign{{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "GET"}};
  CHECK(passes(gate, request(foreign, Method::get, "/v1/agl/rollouts")));
  CHECK_FALSE(passes(gate, request(foreign, Method::post, "/v1/agl/rollouts")));
  const auto answer = gate.preflight(request(foreign, Method::options, "/v1/agl/rollouts"), "GET");
  REQUIRE(answer);
  CHECK(answer->status == 400);
  http::Response response;
  gate.add_cors(request(foreign, Method::get, "/v1/agl/rollouts"), response);
  CHECK_FALSE(response.headers.get("Access-Control-Allow-Origin"));
}

TEST_CASE("a login gives a session that ends by itself or by logging out", "[auth]") {
  http::Gate gate(options());
  const auto answer = log_in(gate, token);
  REQUIRE(answer.status == 200);
  CHECK(member(answer, "role") == "operator");
  const auto cookie = std::string(*answer.headers.get("Set-Cookie"));
  CHECK_THAT(cookie, Catch::Contains("; HttpOnly") && Catch::Contains("; SameSite=Strict") &&
                         Catch::Contains("; Path=/") && Catch::StartsWith("understudy_8787="));

  auto use = session(answer);
  CHECK(may(gate, use, Access::operator_));

  SECTION("each use renews it") {
    use.received_at += 11h;
    CHECK(may(gate, use, Access::operator_));
    use.received_at += 11h;
    CHECK(may(gate, use, Access::operator_));
    use.received_at += 13h;
    CHECK_FALSE(may(gate, use, Access::operator_));
  }
  SECTION("logging out ends it") {
    gate.authenticate(use);
    CHECK(gate.log_out(use).status == 204);
    CHECK_FALSE(may(gate, session(answer), Access::operator_));
  }
  SECTION("a new operator token ends it") {
    auto renewed = options();
    renewed.operator_token = std::string(64, 'c');
    gate.configure(renewed);
    CHECK_FALSE(may(gate, use, Access::operator_));
  }
  SECTION("a reload does not") {
    gate.configure(options());
    CHECK(may(gate, use, Access::operator_));
  }
  SECTION("it counts for nothing from any other origin") {
    auto wide = options();
    wide.allowed_origins = {"*"};
    gate.configure(wide);
    use.headers.add("Origin", "https://evil.example");
    CHECK_FALSE(may(gate, use, Access::operator_));
  }
}

TEST_CASE("cookie and secret open nothing without each other", "[auth]") {
  http::Gate gate(options());
  const auto first = log_in(gate, token);
  const auto second = log_in(gate, token);
  const auto nobody = [&](http::Pairs headers) {
    auto call = request(std::move(headers));
    gate.authenticate(call);
    return !call.is_operator && !call.is_viewer && !call.is_store_client && call.actor == "nobody";
  };
  const auto secret = member(first, "secret");
  CHECK(nobody({{"Cookie", cookie_of(first)}}));
  CHECK(nobody({{"Cookie", cookie_of(first)}, {"X-Understudy-Session", ""}}));
  CHECK(nobody({{"Cookie", cookie_of(first)}, {"X-Understudy-Session", member(second, "secret")}}));
  CHECK(nobody({{"Cookie", cookie_of(first)}, {"X-Understudy-Session", cookie_of(first).substr(16)}}));
  CHECK(nobody({{"X-Understudy-Session", secret}}));
  CHECK(nobody({{"Authorization", "Bearer " + secret}}));
  CHECK(nobody({{"Cookie", "understudy_8787=" + secret}, {"X-Understudy-Session", secret}}));
  // The cookie alone does not even end the session.
  auto logout = request({{"Cookie", cookie_of(first)}});
  gate.authenticate(logout);
  static_cast<void>(gate.log_out(logout));
  CHECK(may(gate, session(first), Access::operator_));
}

TEST_CASE("a named token opens what its role does, until it is revoked or expires", "[auth][tokens]") {
  std::int64_t now = 1'000'000;
  http::Gate gate(options());
  gate.wall_ms = [&now] { return now; };
  const auto role = GENERATE(http::Role::operator_, http::Role::viewer, http::Role::store);
  CAPTURE(http::to_string(role));
  const auto minted = http::mint("ci", role, now, now + 1000);
  CHECK(minted.value.find(minted.token.hash) == std::string::npos);
  gate.tokens().add(minted.token);
  const auto bearer = request({{"Authorization", "Bearer " + minted.value}});
  const bool reads = role != http::Role::store;
  const auto answers = [&](Access access, bool changes) {
    auto call = bearer;
    gate.authenticate(call);
    const auto refusal = gate.authorize(call, access, changes);
    return refusal ? refusal->status : 200;
  };
  CHECK(answers(Access::operator_, false) == (reads ? 200 : 401));
  CHECK(answers(Access::operator_, true) == (role == http::Role::operator_ ? 200 : reads ? 403 : 401));
  CHECK(answers(Access::store, true) == (role == http::Role::viewer ? 403 : 200));
  CHECK(answers(Access::store, false) == 200);

  auto by_path = request({});
  by_path.path_token = minted.value;
  gate.authenticate(by_path);
  CHECK(by_path.is_store_client == (role == http::Role::store));
  CHECK_FALSE(by_path.is_operator);
  auto beside_rubbish = request({{"Authorization", "Bearer rubbish"}});
  beside_rubbish.path_token = minted.value;
  gate.authenticate(beside_rubbish);
  CHECK(beside_rubbish.is_store_client == (role == http::Role::store));
  CHECK_FALSE(beside_rubbish.may_read_agent_text());

  CHECK(log_in(gate, minted.value).status == (reads ? 200 : 401));
  auto use = bearer;
  gate.authenticate(use);
  CHECK(use.actor == "ci (" + minted.token.id + ")");
  CHECK(gate.is_current(use.grant));
  SECTION("revoked") {
    CHECK(gate.revoke(minted.token.id));
    CHECK_FALSE(gate.revoke(minted.token.id));
    CHECK_FALSE(gate.is_current(use.grant));
    CHECK(answers(Access::operator_, false) == 401);
  }
  SECTION("expired") {
    now += 1000;
    CHECK_FALSE(gate.is_current(use.grant));
    CHECK(answers(Access::operator_, false) == 401);
    CHECK(log_in(gate, minted.value).status == 401);
  }
  SECTION("another value of the same id is nobody's") {
    auto forged =
        request({{"Authorization", "Bearer " + minted.value.substr(0, minted.value.size() - 1) + "z"}});
    gate.authenticate(forged);
    CHECK(forged.actor == "nobody");
  }
}

TEST_CASE("with a token go the sessions that were begun with it", "[auth][tokens]") {
  http::Gate gate(options());
  const auto minted = http::mint("eve", http::Role::viewer, gate.wall_ms(), std::nullopt);
  gate.tokens().add(minted.token);
  const auto theirs = log_in(gate, minted.value);
  const auto ours = log_in(gate, token);
  CHECK(member(theirs, "role") == "viewer");
  auto call = session(theirs);
  gate.authenticate(call);
  CHECK(call.is_viewer);
  CHECK(gate.is_current(call.grant));
  gate.revoke(minted.token.id);
  CHECK_FALSE(gate.is_current(call.grant));
  CHECK_FALSE(may(gate, session(theirs), Access::operator_));
  CHECK(may(gate, session(ours), Access::operator_));
}

TEST_CASE("that a token was used is worth writing down once in a while", "[tokens]") {
  http::NamedTokens tokens;
  const auto minted = http::mint("ci", http::Role::store, 0, std::nullopt);
  tokens.add(minted.token);
  CHECK(tokens.record_use(minted.token.id, 1'000));
  CHECK_FALSE(tokens.record_use(minted.token.id, 60'000));
  CHECK(tokens.list().front().last_used == 60'000);
  CHECK(tokens.record_use(minted.token.id, 700'000));
}

TEST_CASE("the right token is never kept out by those who have wrong ones", "[auth]") {
  http::Gate gate(options());
  for (int i = 0; i < 30; ++i) static_cast<void>(log_in(gate, "guess", "127.0.0.1"));
  for (int i = 0; i < 100; ++i) static_cast<void>(log_in(gate, "guess", "10.0.0." + std::to_string(i)));
  CHECK(log_in(gate, "guess", "127.0.0.1").status == 429);
  CHECK(log_in(gate, token, "127.0.0.1").status == 200);
}

TEST_CASE("guessing tokens is slowed down for the guesser, not for others", "[auth]") {
  http::Gate gate(options());
  auto guess = request({}, Method::post, "/session");
  guess.body = R"({"token":"guess"})";
  for (int i = 0; i < 5; ++i) CHECK(gate.log_in(guess).status == 401);
  const auto refused = gate.log_in(guess);
  CHECK(refused.status == 429);
  CHECK(refused.headers.get("Retry-After") == "12");

  CHECK(log_in(gate, token, "127.0.0.2").status == 200);

  guess.received_at += 12s;
  CHECK(gate.log_in(guess).status == 401);
}

TEST_CASE("guessing from many addresses is slowed down in total", "[auth]") {
  http::LoginRateLimiter limit;
  limit.configure(5, 60);
  const http::Instant now{};
  for (int i = 0; i < 60; ++i) limit.record_failure("10.0.0." + std::to_string(i), now);
  CHECK(limit.retry_after("10.9.9.9", now) == 1s);
  CHECK_FALSE(limit.retry_after("10.9.9.9", now + 1s));
}

TEST_CASE("sessions are bounded: the least used gives way", "[auth]") {
  http::LoginSessions sessions;
  sessions.configure(1h, 2);
  const http::Instant now{};
  const auto first = sessions.begin(now);
  const auto second = sessions.begin(now + 1s);
  CHECK(sessions.renew(first.id, first.secret, now + 2s));
  const auto third = sessions.begin(now + 3s);
  CHECK(sessions.size() == 2);
  CHECK_FALSE(sessions.renew(second.id, second.secret, now + 4s));
  CHECK(sessions.renew(third.id, third.secret, now + 4s));
}

TEST_CASE("a login body that is none is a bad request, not a guess", "[auth]") {
  http::Gate gate(options());
  auto call = request({}, Method::post, "/session");
  call.body = GENERATE("", "{}", "[]", R"({"token":1})", "{");
  for (int i = 0; i < 6; ++i) CHECK(gate.log_in(call).status == 400);
}

TEST_CASE("the token file is made once, private and random", "[auth]") {
  const TokenFile file;
  const auto made = http::load_or_create_token(file.path);
  REQUIRE(made);
  CHECK(made->size() == 64);
  CHECK(http::load_or_create_token(file.path) == made);
  CHECK(http::load_token(file.path) == made);
  CHECK(fs::status(file.path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(std::distance(fs::directory_iterator(file.folder), fs::directory_iterator{}) == 1);
}

TEST_CASE("a token others could read is narrowed", "[auth]") {
  const TokenFile file;
  std::ofstream(file.path) << token << "\n";
  fs::permissions(file.path, fs::perms(0644));
  CHECK(http::load_or_create_token(file.path) == token);
  CHECK(fs::status(file.path).permissions() == fs::perms(0600));
}

TEST_CASE("a token that somebody else laid there, or could have changed, is refused", "[auth]") {
  const TokenFile file;
  std::ofstream(file.path) << token << "\n";
  SECTION("written by others") {
    fs::permissions(file.path, fs::perms(GENERATE(0622, 0660, 0602)));
  }
  SECTION("of another user") {
    if (::chown(file.path.c_str(), 65534, 65534) != 0) return;  // only root can give files away
  }
  const auto loaded = http::load_or_create_token(file.path);
  REQUIRE_FALSE(loaded);
  CHECK_THAT(loaded.error(), Catch::Contains(file.path.string()));
}

TEST_CASE("a token file that is wrong is named, never replaced", "[auth]") {
  const TokenFile file;
  const std::string content =
      GENERATE(std::string(), std::string("short"), token + " " + token, std::string(300, 'a'));
  std::ofstream(file.path) << content;
  const auto loaded = http::load_or_create_token(file.path);
  REQUIRE_FALSE(loaded);
  CHECK_THAT(loaded.error(), Catch::Contains(file.path.string()));
  CHECK(fs::file_size(file.path) == content.size());
}

TEST_CASE("addresses are told apart", "[auth]") {
  CHECK(http::is_loopback("127.0.0.1"));
  CHECK(http::is_loopback("127.9.9.9"));
  CHECK(http::is_loopback("::1"));
  CHECK(http::is_loopback("::ffff:127.0.0.1"));
  CHECK_FALSE(http::is_loopback("0.0.0.0"));
  CHECK_FALSE(http::is_loopback("127.evil.example"));
  CHECK(http::parse_host_port("127.0.0.1:8787") == http::HostPort{"127.0.0.1", 8787});
  CHECK(http::parse_host_port("[::1]:0") == http::HostPort{"::1", 0});
  for (const auto* bad :
       {"", "8787", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "[::1]", "::1:80"})
    CHECK_FALSE(http::parse_host_port(bad));
}
