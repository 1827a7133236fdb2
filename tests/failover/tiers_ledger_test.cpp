// One row for every flip, reset, pause and unpause; none for anything else.
#include "tiers_rig.hpp"

using namespace tiers;

namespace {

LedgerEntry row_of(Verdict seen, std::optional<int> status) {
  Rig rig;
  rig.send(OutcomeObserved{std::move(seen), {}, status});
  return rig.row();
}

}  // namespace

TEST_CASE("a row says where from, where to and why, as a person reads it") {
  Verdict seen = verdict(Kind::auth_error);
  seen.evidence = "invalid x-api-key";
  CHECK(row_of(seen, 401) == LedgerEntry{1, 2, Kind::auth_error, "401 auth_error"});
  seen.status = 403;
  CHECK(row_of(seen, {}).reason == "403 auth_error");
  CHECK(row_of(seen, 401).reason == "401 auth_error");
  seen.status.reset();
  CHECK(row_of(seen, std::nullopt) == LedgerEntry{1, 2, Kind::auth_error, "auth_error: invalid x-api-key"});
  seen.evidence.clear();
  CHECK(row_of(seen, std::nullopt) == LedgerEntry{1, 2, Kind::auth_error, "auth_error"});
}

TEST_CASE("the row of an exhausted chain says which fault was the last") {
  Rig rig{two_tiers()};
  rig.fail(Kind::quota);
  rig.send(OutcomeObserved{verdict(Kind::rate_limit), {}, 429});
  CHECK(rig.row() == LedgerEntry{2, 2, Change::exhausted, "429 rate_limit"});
}

TEST_CASE("a day in the ledger reads as a story") {
  Rig rig{two_tiers()};
  rig.fail(Kind::server_error);
  rig.fail(Kind::task_error);
  rig.fail(Kind::server_error);
  rig.fail(Kind::network);
  rig.succeed();
  rig.pass(60min);
  rig.succeed();
  rig.succeed();
  rig.fail(Kind::invalid_request);
  rig.send(PauseRequested{});
  rig.send(UnpauseRequested{});
  rig.fail(Kind::quota);
  rig.fail(Kind::auth_error);
  rig.tick_after(60min);
  rig.fail(Kind::model_not_found);
  rig.send(ResetRequested{});
  std::vector<std::string> kinds;
  for (const LedgerEntry& row : rig.ledger) kinds.emplace_back(to_string(row.kind));
  CHECK(kinds == std::vector<std::string>{"network", "cooldown_reset", "pause", "unpause", "quota",
                                          "exhausted", "auto_resume", "model_not_found", "manual_reset"});
  for (std::size_t i = 1; i < rig.ledger.size(); ++i)
    CHECK(rig.ledger[i].from_tier == rig.ledger[i - 1].to_tier);
}

TEST_CASE("a pause reason is spelled the same going out and coming in") {
  CHECK(to_string(PauseReason::exhausted) == "exhausted");
  CHECK(to_string(PauseReason::operator_) == "operator");
  for (const PauseReason reason : {PauseReason::exhausted, PauseReason::operator_})
    CHECK(parse_pause_reason(to_string(reason)) == reason);
  CHECK_FALSE(parse_pause_reason("operator_"));
  CHECK_FALSE(parse_pause_reason(""));
}
