#include "agents/usage_meter.hpp"

#include <algorithm>
#include <string_view>

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

namespace {

/// More than any run can use, so that sums of made-up numbers do not overflow.
constexpr std::int64_t max_tokens = std::int64_t{1} << 52;

Usage sum(const Usage& a, const Usage& b) {
  return {std::min(a.input_tokens + b.input_tokens, max_tokens),
          std::min(a.output_tokens + b.output_tokens, max_tokens)};
}

/// The two spellings of the same four numbers.
struct Names {
  std::string_view input, cache_creation, cache_read, output;
};
constexpr Names api_names{"input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens",
                          "output_tokens"};
constexpr Names model_usage_names{"inputTokens", "cacheCreationInputTokens", "cacheReadInputTokens",
                                  "outputTokens"};

std::optional<Usage> usage_in(json::View usage_object, const Names& names) {
  const auto input = tokens_in(usage_object[names.input]);
  const auto output = tokens_in(usage_object[names.output]);
  if (!input && !output) return std::nullopt;
  Usage usage{input.value_or(0), output.value_or(0)};
  for (const auto cached : {names.cache_creation, names.cache_read})
    usage = sum(usage, {tokens_in(usage_object[cached]).value_or(0), 0});
  return usage;
}

std::optional<Usage> sum_of_models(json::View models) {
  std::optional<Usage> total;
  for (const auto model : models.members())
    if (const auto usage = usage_in(model, model_usage_names)) total = sum(total.value_or(Usage{}), *usage);
  return total;
}

std::optional<Usage> larger(const std::optional<Usage>& a, const std::optional<Usage>& b) {
  if (!a || !b) return a ? a : b;
  return Usage{std::max(a->input_tokens, b->input_tokens), std::max(a->output_tokens, b->output_tokens)};
}

}  // namespace

std::optional<std::int64_t> tokens_in(json::View count) {
  const auto number = count.number();
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::int64_t>(std::min(*number, static_cast<double>(max_tokens)));
}

void UsageMeter::count_message(json::View message) {
  const auto usage = usage_in(message["usage"], api_names);
  if (!usage) return;
  const auto name = message["id"].string().substr(0, 128);
  const auto known =
      std::find_if(open_.rbegin(), open_.rend(), [&](const auto& it) { return it.first == name; });
  if (known != open_.rend()) {
    known->second = *usage;
    return;
  }
  open_.emplace_back(name, *usage);
  if (open_.size() <= max_open) return;
  settled_ = sum(settled_.value_or(Usage{}), open_.front().second);
  open_.pop_front();
}

void UsageMeter::count_result(json::View line) {
  const auto said = larger(usage_in(line["usage"], api_names), sum_of_models(line["modelUsage"]));
  if (said) result_ = said;
}

std::optional<Usage> UsageMeter::total() const {
  std::optional<Usage> messages = settled_;
  for (const auto& [id, usage] : open_) messages = sum(messages.value_or(Usage{}), usage);
  if (!result_) return messages;
  return *result_ == Usage{} && messages ? messages : result_;
}

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
