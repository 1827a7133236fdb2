// Any bytes as any argument of any function of the C header: an answer in JSON each time, and what a step
// gives is taken by the next.
#include "understudy/failover.h"

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "fuzz/input.hpp"
#include "text/utf8.hpp"

namespace json = boost::json;

namespace {

constexpr const char* policies[] = {
    R"({"provider_chain":[{"provider":"a","model":"x"},{"provider":"b","model":"y"},{"provider":"c","model":"z"}]})",
    R"({"provider_chain":[{"provider":"a","model":"x"},{"provider":"b","model":"y"}],"failover":{"on_exhausted":"wrap",
        "cooldown_min":{"default":1,"quota":52596000},"server_error_threshold":1}})",
    R"({"provider_chain":[{"provider":"a","model":"x"}],"failover":null})"};

constexpr std::int64_t latest_ms = 253'402'300'799'999;

json::object answer_of(int code, char* text) {
  fuzz::require(text != nullptr, "there is an answer");
  fuzz::require(understudy::daemon::text::is_utf8(text), "the answer is UTF-8");
  boost::system::error_code error;
  auto value = json::parse(text, error);
  understudy_free(text);
  fuzz::require(!error && value.is_object(), "the answer is an object");
  fuzz::require((code != 0) == value.get_object().contains("error"), "a code comes with a sentence");
  return std::move(value.get_object());
}

std::string member(const json::object& answer, const char* key) {
  return json::serialize(answer.at(key));
}

/// What classify says is an event of step and an end for decide_retry.
void take_back(const std::string& verdict, std::int64_t now) {
  char* text = nullptr;
  const auto event = R"({"type":"outcome","verdict":)" + verdict + "}";
  int code = understudy_step(policies[0], nullptr, event.c_str(), now, &text);
  const auto step = answer_of(code, text);
  fuzz::require(code == 0, "a verdict is an event");
  const auto state = member(step, "state");
  code = understudy_decide_retry(policies[0], state.c_str(), nullptr, verdict.c_str(),
                                 R"({"provider":"a","model":"x"})", &text);
  answer_of(code, text);
  fuzz::require(code == 0, "a verdict ends an attempt");
}

/// One line of the input for each argument; without one, the argument is NULL.
class Arguments {
 public:
  explicit Arguments(fuzz::Input& input) {
    for (int left = 6; left > 0; --left) lines_.emplace_back(input.line());
  }
  [[nodiscard]] const char* operator[](std::size_t i) const {
    return lines_[i].empty() ? nullptr : lines_[i].c_str();
  }

 private:
  std::vector<std::string> lines_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const int function = input.byte() % 4;
  const auto choice = input.byte();
  std::int64_t now = (std::int64_t{input.byte()} << 40) + input.byte();  // to the year 10851
  const double chance = input.byte() / 255.0;
  const Arguments line(input);
  const char* policy = choice < 200 ? policies[choice % std::size(policies)] : line[4];
  char* text = nullptr;
  switch (function) {
    case 0: {
      const int code = understudy_classify(line[0], now, &text);
      const auto verdict = answer_of(code, text);
      if (code == 0) take_back(json::serialize(verdict), now);
      break;
    }
    case 1: {
      const int code = understudy_step(policy, line[0], line[1], now, &text);
      auto step = answer_of(code, text);
      for (int left = 4; left > 0 && code == 0; --left, now += 1'000'000) {
        const auto state = member(step, "state");
        const int next =
            understudy_step(policy, state.c_str(), left % 2 ? R"({"type":"tick"})" : line[1], now, &text);
        step = answer_of(next, text);
        fuzz::require(next == 0 || now > latest_ms, "a state is taken back");
        if (next != 0) break;
      }
      break;
    }
    case 2: {
      const int code = understudy_health_step(policy, line[0], line[1], now, chance, &text);
      auto step = answer_of(code, text);
      for (int left = 4; left > 0 && code == 0; --left, now += 1'000'000) {
        const auto health = member(step, "health");
        const bool known =
            left % 2 == 0 || now > latest_ms;  // the first event was taken, another may be wrong
        const int next =
            understudy_health_step(policy, health.c_str(), known ? line[1] : line[2], now, chance, &text);
        auto after = answer_of(next, text);
        fuzz::require(next == 0 || !known || now > latest_ms, "a health is taken back");
        if (next == 0) step = std::move(after);
      }
      break;
    }
    default: {
      const int code = understudy_decide_retry(policy, line[0], line[1], line[2], line[3], &text);
      const auto retry = answer_of(code, text);
      if (code != 0) break;
      const auto state = member(retry, "state");
      const int next = understudy_decide_retry(policy, line[0], state.c_str(), line[2], line[3], &text);
      answer_of(next, text);
      fuzz::require(next == 0, "the state of a retry is taken back");
    }
  }
  return 0;
}
