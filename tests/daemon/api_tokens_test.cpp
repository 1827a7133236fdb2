// GET and POST /tokens, DELETE /tokens/{id}, GET /audit
#include "api/audit.hpp"
#include "daemon/api_world.hpp"
#include "http/gate.hpp"

using namespace api_world;
using http::Method;

namespace {}  // namespace

TEST_CASE("a named token is shown once, kept as a hash, and gone when it is revoked", "[api][tokens]") {
  Daemon daemon;
  const auto made =
      daemon.post("/tokens", R"({"name":"dashboards","role":"viewer","expires":1900000000000})");
  REQUIRE(made.status == 201);
  const auto value = made.at("/value");
  const auto id = made.at("/id");
  CHECK(value.starts_with("ust_" + id + "_"));
  CHECK(made.at("/role") == "viewer");
  CHECK(made.at("/expires") == "1900000000000");

  const auto listed = daemon.get("/tokens");
  CHECK(listed.size() == 1);
  CHECK(listed.at("/0/name") == "dashboards");
  CHECK(listed.body.find(value) == std::string::npos);
  const auto rows = daemon.store.tokens();
  REQUIRE(rows.size() == 1);
  CHECK(value.find(rows[0].hash) == std::string::npos);
  CHECK(daemon.gate.tokens().find_by_value(value, 1'800'000'000'000) != nullptr);

  CHECK(daemon.call(Method::delete_, "/tokens/" + id).status == 204);
  CHECK(daemon.gate.tokens().find_by_value(value, 1'800'000'000'000) == nullptr);
  CHECK(daemon.store.tokens().empty());
  CHECK(daemon.call(Method::delete_, "/tokens/" + id).status == 404);
}

TEST_CASE("problems of a token request have their paths", "[api][tokens]") {
  Daemon daemon;
  const auto refused = [&](const std::string& body) {
    return daemon.post("/tokens", body).at("/errors/0/path");
  };
  CHECK(refused(R"({"role":"viewer"})") == "/name");
  CHECK(refused(R"({"name":"","role":"viewer"})") == "/name");
  CHECK(refused(R"({"name":"a\nb","role":"viewer"})") == "/name");
  CHECK(refused(R"({"name":"a","role":"root"})") == "/role");
  CHECK(refused(R"({"name":"a","role":"viewer","expires":1})") == "/expires");
  CHECK(refused(R"({"name":"a","role":"viewer","expires":"30d"})") == "/expires");
  CHECK(refused(R"({"name":"a","role":"viewer","expire":1})") == "/expire");
  CHECK(daemon.store.tokens().empty());
}

TEST_CASE("the audit log has the latest entries, and pages both ways", "[api][audit]") {
  Daemon daemon;
  for (int i = 0; i < 5; ++i)
    daemon.audit.trail.record({.ts = 1'800'000'000'000 + i,
                               .actor = "operator",
                               .peer = "127.0.0.1",
                               .action = "PUT /config",
                               .subject = std::to_string(i),
                               .result = "200 OK"});
  const auto newest = daemon.get("/audit?limit=2");
  CHECK(newest.size() == 2);
  CHECK(newest.at("/0/subject") == "3");
  CHECK(newest.at("/1/id") == "5");
  CHECK(daemon.get("/audit?limit=2&before_id=4").at("/0/subject") == "1");
  const auto after = daemon.get("/audit?after=0&limit=2");
  CHECK(after.at("/0/subject") == "0");
  CHECK(after.at("/1/actor") == "operator");
  CHECK(daemon.get("/audit?after=x").status == 400);
}

TEST_CASE("the audit log has entries on their way to the disk", "[api][audit]") {
  Daemon daemon;
  daemon.audit.trail.record({.ts = 1'800'000'000'000, .actor = "nobody", .action = "GET /audit"});
  api::write_audit(daemon.audit, daemon.fleet);
  CHECK(daemon.get("/audit").at("/0/actor") == "nobody");
}

TEST_CASE("audit rows go when events do", "[audit]") {
  Daemon daemon;
  constexpr std::int64_t day = 86'400'000;
  daemon.write([](store::Transaction& turn) {
    turn.append_audit({.ts = 1'800'000'000'000 - 31 * day, .action = "old"});
    turn.append_audit({.ts = 1'800'000'000'000 - 29 * day, .action = "young"});
  });
  static_cast<void>(daemon.store.prune(1'800'000'000'000, {.events_days = 30, .rollouts_days = 90}, 100));
  const auto kept = daemon.get("/audit");
  CHECK(kept.size() == 1);
  CHECK(kept.at("/0/action") == "young");
}
