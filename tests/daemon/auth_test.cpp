#include "daemon/auth_fixture.hpp"

using namespace auth_world;

TEST_CASE("on loopback reads are open and writes need the operator", "[auth]") {
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

TEST_CASE("a refusal tells how to get access", "[auth]") {
  http::Gate gate(options());
  const auto refusal = gate.authorize(request({}), Access::operator_);
  REQUIRE(refusal);
  CHECK(refusal->status == 401);
  CHECK_THAT(refusal->detail, Catch::Contains("understudyd token"));
}

TEST_CASE("reads and the store can be configured to need a token", "[auth]") {
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

TEST_CASE("a request counts as local only when nothing shows otherwise", "[auth]") {
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

TEST_CASE("the address a client connected to is our own", "[auth]") {
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

TEST_CASE("the store's prefix treats foreign origins as its upstream does", "[auth]") {
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

TEST_CASE("addresses and ports are parsed, and loopback is recognized", "[auth]") {
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
