// When the provider says to come back: every format it uses, and nothing guessed.
#include <catch2/catch.hpp>

#include "failover/classify_given.hpp"

using namespace understudy::failover;
using namespace std::chrono_literals;

namespace {

std::optional<double> delay(const Outcome& outcome) {
  return classify(outcome, noon).retry_after_s;
}
std::optional<Instant> reset(const Outcome& outcome, const ZoneLookup* zones = nullptr) {
  return classify(outcome, noon, {}, zones).reset_at;
}
Outcome limited(const std::string& words) {
  return http(429, R"({"error":{"message":")" + words + R"("}})");
}

}  // namespace

TEST_CASE("retry-after is read as seconds, as milliseconds and as a date") {
  CHECK(delay(http(429, "", {{"Retry-After", "17"}})) == 17);
  CHECK(delay(http(429, "", {{"retry-after", "2"}, {"RETRY-AFTER-MS", "1500"}})) == 1.5);
  CHECK(delay(http(429, "", {{"retry-after", "-5"}})) == 0);
  const Headers dated{{"retry-after", "Fri, 31 Dec 2027 23:59:59 GMT"},
                      {"date", "Fri, 31 Dec 2027 23:59:29 GMT"}};
  CHECK(delay(http(429, "", dated)) == 30);
  CHECK(reset(http(503, "", {{"retry-after", "Sat, 22 Aug 2026 12:01:00 GMT"}})) == noon + 1min);
  CHECK_FALSE(delay(http(429, "", {{"retry-after", "soon"}})));
}

TEST_CASE("of the rate limit families the latest exhausted window counts") {
  const Headers anthropic{{"anthropic-ratelimit-requests-remaining", "49"},
                          {"anthropic-ratelimit-requests-reset", "2026-08-22T13:00:00Z"},
                          {"Anthropic-Ratelimit-Tokens-Remaining", "0"},
                          {"Anthropic-Ratelimit-Tokens-Reset", "2026-08-22T12:02:00Z"}};
  CHECK(reset(http(429, "", anthropic)) == noon + 2min);
  CHECK(delay(http(429, "",
                   {{"x-ratelimit-reset-tokens", "6m0s"}, {"x-ratelimit-reset-requests", "120ms"}})) == 360);
  CHECK(reset(limited(R"(x","headers":{"X-RateLimit-Reset":"1787406000000"},"y":")")) ==
        Instant{std::chrono::milliseconds{1'787'406'000'000}});
}

TEST_CASE(
    "a window that still has room does not hide the one that is used up, and words are more exact than "
    "both") {
  Outcome outcome = http(429, "",
                         {{"x-ratelimit-remaining-requests", "900"},
                          {"x-ratelimit-reset-requests", "8m38s"},
                          {"x-ratelimit-remaining-tokens", "0"},
                          {"x-ratelimit-reset-tokens", "6s"}});
  CHECK(delay(outcome) == 6);
  outcome.body = R"({"error":{"message":"Rate limit reached. Please try again in 4s."}})";
  CHECK(delay(outcome) == 4);
}

TEST_CASE("durations in words and in Google's fields are seconds") {
  CHECK(delay(limited("Please try again in 9m38.016s.")) == Approx(578.016));
  CHECK(delay(limited("Please try again in 174ms.")) == Approx(0.174));
  CHECK(delay(limited("Please retry after 86400 seconds.")) == 86400);
  CHECK(delay(limited("Please retry in 56.5s.")) == Approx(56.5));
  CHECK(delay(limited("Your quota will reset after 1h43m56s.")) == 6236);
  CHECK(delay(limited(R"(x","details":[{"retryDelay":"34s"}],"y":")")) == 34);
}

TEST_CASE("a time of day is resolved in its zone and never without one") {
  const Zagreb zones;
  const auto at = [](const char* when) {
    return cli_text(1, std::string{"You've hit your limit · resets "} + when);
  };
  CHECK(reset(at("3pm (Europe/Zagreb)"), &zones) == noon + 1h);  // noon UTC is two o'clock there
  CHECK(reset(at("1pm (Europe/Zagreb)"), &zones) == noon + 23h);
  CHECK(reset(at("3:45pm (UTC)")) == noon + 3h + 45min);
  CHECK(reset(at("Mon 12:00am (UTC)")) == noon + 36h);  // the 22nd is a Saturday
  CHECK(reset(at("Aug 24 at 1am (Europe/Zagreb)"), &zones) == noon + 35h);
  CHECK(reset(at("2pm (UTC+2)")) == noon + 24h);
  CHECK_FALSE(reset(at("3pm")));
  CHECK_FALSE(reset(at("3pm (Europe/Zagreb)")));
  CHECK_FALSE(reset(at("3pm (Mars/Olympus)"), &zones));
}

TEST_CASE("dates and epochs in words are times when their zone is given") {
  CHECK(reset(cli_text(1, "Claude AI usage limit reached|1787500000")) == Instant{1'787'500'000s});
  CHECK(reset(limited(
            "You have reached your API usage limits. You will regain access on 2026-09-01 at 00:00 UTC.")) ==
        Instant{std::chrono::sys_days{std::chrono::year{2026} / 9 / 1}});
  CHECK_FALSE(reset(limited("Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-09-06 22:19:54")));
}

TEST_CASE("more than five minutes is quota, less is a rate limit, and money does not come back by waiting") {
  CHECK(kind_of(http(429, "", {{"retry-after", "300"}})) == Kind::rate_limit);
  CHECK(kind_of(http(429, "", {{"retry-after", "301"}})) == Kind::quota);
  CHECK(kind_of(limited("You exceeded your current quota. Please retry in 20s.")) == Kind::rate_limit);
  CHECK(kind_of(limited("You exceeded your current quota, please check your plan.")) == Kind::quota);
  CHECK(kind_of(http(402, R"({"error":"Insufficient Balance"})", {{"retry-after", "20"}})) == Kind::quota);
}

TEST_CASE("waiting counts from when the answer arrived, not from when it is read") {
  Outcome outcome = http(429, "", {{"anthropic-ratelimit-tokens-reset", "2026-08-22T12:02:00Z"}});
  CHECK(kind_of(outcome) == Kind::rate_limit);
  outcome.observed_at = noon - 1h;
  CHECK(kind_of(outcome) == Kind::quota);
}

TEST_CASE("a limit with room is no wait, and a server that is ill tells only retry-after") {
  const Headers full{{"x-ratelimit-remaining-requests", "150"}, {"x-ratelimit-reset-requests", "6h0m0s"}};
  CHECK_FALSE(delay(http(429, "", full)));
  CHECK(kind_of(http(429, "", full)) == Kind::rate_limit);
  const Headers unknown{{"anthropic-ratelimit-tokens-reset", "2026-08-22T12:02:00Z"}, {"retry-after", "7"}};
  CHECK(delay(http(529, "", unknown)) == 7);
  CHECK_FALSE(reset(http(529, "", unknown)));
  CHECK(reset(http(429, "", unknown)) == noon + 2min);
}

TEST_CASE("retry-after is read as an epoch, and the draft's RateLimit in both of its forms") {
  const auto epoch = http(429, "", {{"Retry-After", "1787400090"}});
  CHECK(reset(epoch) == Instant{1'787'400'090s});
  CHECK(delay(epoch) == 90);
  CHECK(kind_of(epoch) == Kind::rate_limit);
  CHECK(delay(http(429, "", {{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "42"}})) == 42);
  CHECK(delay(http(429, "", {{"RateLimit", R"("default";r=0;t=50)"}})) == 50);
  CHECK(delay(http(429, "", {{"RateLimit", "limit=100, remaining=0, reset=50"}})) == 50);
  CHECK_FALSE(delay(http(429, "", {{"RateLimit", R"("default";r=9;t=50)"}})));
  CHECK(reset(limited(R"(x","retry_after":1787400090,"y":")")) == Instant{1'787'400'090s});
}

TEST_CASE("dates with the day first, midnight, and durations in several words are read") {
  CHECK(reset(limited("Limit reached, available again on 25 Aug 2026 at 10:00 UTC")) == noon + 70h);
  CHECK(reset(limited("Daily limit reached; resets at midnight UTC")) == noon + 12h);
  CHECK(delay(limited("Usage limit reached. Try again in 2 hours and 30 minutes.")) == 9000);
}

TEST_CASE("tomorrow, and an offset after a full date") {
  const Zagreb zones;
  CHECK(reset(cli_text(1, "You've hit your limit · resets tomorrow at 3:10am (Europe/Zagreb)"), &zones) ==
        noon + 13h + 10min);
  CHECK(reset(limited("Try again after 2026-08-23T02:00:00+02:00.")) == noon + 12h);
  CHECK(reset(limited("Try again after 2026-08-22T10:00:00-05:00.")) == noon + 3h);
  CHECK(reset(limited("Quota resets at 2026-08-23 02:00:00 +0200")) == noon + 12h);
  CHECK(reset(limited("resets at 5pm UTC+2")) == noon + 3h);
}

TEST_CASE("a CLI's time of day without a zone is the host's, a service's is nobody's") {
  const Zagreb zones;  // the host's zone too
  CHECK(reset(cli_text(1, "You've hit your usage limit. Try again at 3:10 PM."), &zones) ==
        noon + 1h + 10min);
  CHECK(reset(cli_text(1, "You've hit your usage limit. Try again at Aug 24th, 2026 1:00 AM."), &zones) ==
        noon + 35h);
  CHECK_FALSE(reset(limited("Usage limit reached. Resets at 3pm."), &zones));
  CHECK_FALSE(
      reset(cli_text(1, "API Error: 429 Usage limit reached, will reset at 2026-08-22 22:19:54"), &zones));
}
