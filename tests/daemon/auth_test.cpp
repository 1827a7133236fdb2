#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "http/gate.hpp"
#include "http/logins.hpp"
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
  gate.identify(call);
  return !gate.check_access(call, access);
}

bool passes(const http::Gate& gate, const http::Request& call) {
  return !gate.check_origin(call);
}

std::string cookie_of(const http::Response& response) {
  const auto value = response.headers.get("Set-Cookie").value_or("");
  return std::string(value.substr(0, value.find(';')));
}

struct TokenFile {
  fs::path folder{fs::temp_directory_path() / ("understudy-" + http::random_hex(8))};
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
  const auto refusal = gate.check_access(request({}), Access::operator_);
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

TEST_CASE("listening beyond loopback, everything but open routes wants a token", "[auth]") {
  auto wide = options();
  wide.listen_host = GENERATE("0.0.0.0", "192.168.1.5", "::");
  http::Gate gate(wide);
  CHECK(may(gate, request({}), Access::open));
  CHECK_FALSE(may(gate, request({}), Access::read));
  CHECK_FALSE(may(gate, request({}), Access::store));
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
  auto call = request({}, Method::post, "/session");
  call.body = R"({"token":")" + token + R"("})";
  const auto answer = gate.log_in(call);
  REQUIRE(answer.status == 204);
  const auto cookie = std::string(*answer.headers.get("Set-Cookie"));
  CHECK_THAT(cookie, Catch::Contains("; HttpOnly") && Catch::Contains("; SameSite=Strict") &&
                         Catch::Contains("; Path=/") && Catch::StartsWith("understudy_8787="));

  auto use = request({{"Cookie", "theme=dark; " + cookie_of(answer)}});
  CHECK(may(gate, use, Access::operator_));
  CHECK_FALSE(may(gate, request({{"Cookie", "understudy_8787=" + http::random_hex(32)}}), Access::operator_));

  SECTION("each use renews it") {
    use.received_at += 11h;
    CHECK(may(gate, use, Access::operator_));
    use.received_at += 11h;
    CHECK(may(gate, use, Access::operator_));
    use.received_at += 13h;
    CHECK_FALSE(may(gate, use, Access::operator_));
  }
  SECTION("logging out ends it") {
    CHECK(gate.log_out(use).status == 204);
    CHECK_FALSE(may(gate, use, Access::operator_));
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

TEST_CASE("guessing tokens is slowed down for the guesser, not for others", "[auth]") {
  http::Gate gate(options());
  auto guess = request({}, Method::post, "/session");
  guess.body = R"({"token":"guess"})";
  for (int i = 0; i < 5; ++i) CHECK(gate.log_in(guess).status == 401);
  const auto refused = gate.log_in(guess);
  CHECK(refused.status == 429);
  CHECK(refused.headers.get("Retry-After") == "12");

  auto other = request({}, Method::post, "/session");
  other.peer = "127.0.0.2";
  other.body = R"({"token":")" + token + R"("})";
  CHECK(gate.log_in(other).status == 204);

  guess.received_at += 12s;
  CHECK(gate.log_in(guess).status == 401);
}

TEST_CASE("guessing from many addresses is slowed down in total", "[auth]") {
  http::FailureLimit limit;
  limit.configure(5, 60);
  const http::Instant now{};
  for (int i = 0; i < 60; ++i) limit.failed("10.0.0." + std::to_string(i), now);
  CHECK(limit.wait("10.9.9.9", now) == 1s);
  CHECK_FALSE(limit.wait("10.9.9.9", now + 1s));
}

TEST_CASE("sessions are bounded: the least used gives way", "[auth]") {
  http::Logins logins;
  logins.configure(1h, 2);
  const http::Instant now{};
  const auto first = logins.begin(now);
  const auto second = logins.begin(now + 1s);
  CHECK(logins.renew(first, now + 2s));
  const auto third = logins.begin(now + 3s);
  CHECK(logins.size() == 2);
  CHECK_FALSE(logins.renew(second, now + 4s));
  CHECK(logins.renew(third, now + 4s));
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
