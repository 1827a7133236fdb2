#include "daemon/auth_fixture.hpp"
#include "http/login_sessions.hpp"

using namespace auth_world;

TEST_CASE("a login begins a session that expires or ends by logging out", "[auth]") {
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

TEST_CASE("a named token has the rights of its role, until it is revoked or expires", "[auth][tokens]") {
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

TEST_CASE("revoking a token ends the sessions begun with it", "[auth][tokens]") {
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

TEST_CASE("the use of a token is saved once in a while", "[tokens]") {
  http::NamedTokens tokens;
  const auto minted = http::mint("ci", http::Role::store, 0, std::nullopt);
  tokens.add(minted.token);
  CHECK(tokens.record_use(minted.token.id, 1'000));
  CHECK_FALSE(tokens.record_use(minted.token.id, 60'000));
  CHECK(tokens.list().front().last_used == 60'000);
  CHECK(tokens.record_use(minted.token.id, 700'000));
}

TEST_CASE("the right token is never refused because of others' wrong ones", "[auth]") {
  http::Gate gate(options());
  for (int i = 0; i < 30; ++i) static_cast<void>(log_in(gate, "guess", "127.0.0.1"));
  for (int i = 0; i < 100; ++i) static_cast<void>(log_in(gate, "guess", "10.0.0." + std::to_string(i)));
  CHECK(log_in(gate, "guess", "127.0.0.1").status == 429);
  CHECK(log_in(gate, token, "127.0.0.1").status == 200);
}

TEST_CASE("guessing tokens is slowed down for the guesser only", "[auth]") {
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

TEST_CASE("sessions are bounded: the least recently used one ends", "[auth]") {
  http::LoginSessions sessions;
  sessions.configure(1h, 2);
  const http::Instant now{};
  const auto first = sessions.begin(now);
  const auto second = sessions.begin(now + 1s);
  CHECK(sessions.renew(first.id, first.secret, now + 2s));
  const auto third = sessions.begin(now + 3s);
  CHECK(sessions.renew(first.id, first.secret, now + 3s));
  CHECK_FALSE(sessions.renew(second.id, second.secret, now + 4s));
  CHECK(sessions.renew(third.id, third.secret, now + 4s));
}

TEST_CASE("a malformed login body is a bad request, not a guess", "[auth]") {
  http::Gate gate(options());
  auto call = request({}, Method::post, "/session");
  call.body = GENERATE("", "{}", "[]", R"({"token":1})", "{");
  for (int i = 0; i < 6; ++i) CHECK(gate.log_in(call).status == 400);
}
