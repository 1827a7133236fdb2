#include "agents/usage_meter.hpp"

#include <algorithm>
#include <boost/json/value.hpp>
#include <string_view>

namespace understudy::failover::agents {

namespace {

namespace json = boost::json;

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

std::optional<Usage> usage_in(const json::value* value, const Names& names) {
  const auto* object = value != nullptr ? value->if_object() : nullptr;
  if (object == nullptr) return std::nullopt;
  const auto input = tokens_in(*object, names.input);
  const auto output = tokens_in(*object, names.output);
  if (!input && !output) return std::nullopt;
  Usage usage{input.value_or(0), output.value_or(0)};
  for (const auto cached : {names.cache_creation, names.cache_read})
    usage = sum(usage, {tokens_in(*object, cached).value_or(0), 0});
  return usage;
}

std::optional<Usage> sum_of_models(const json::value* value) {
  const auto* models = value != nullptr ? value->if_object() : nullptr;
  if (models == nullptr) return std::nullopt;
  std::optional<Usage> total;
  for (const auto& model : *models)
    if (const auto usage = usage_in(&model.value(), model_usage_names))
      total = sum(total.value_or(Usage{}), *usage);
  return total;
}

std::optional<Usage> larger(const std::optional<Usage>& a, const std::optional<Usage>& b) {
  if (!a || !b) return a ? a : b;
  return Usage{std::max(a->input_tokens, b->input_tokens), std::max(a->output_tokens, b->output_tokens)};
}

}  // namespace

std::optional<std::int64_t> tokens_in(const json::object& usage, std::string_view key) {
  const auto* value = usage.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* number = value->if_int64(); number && *number >= 0) return std::min(*number, max_tokens);
  if (value->is_uint64()) return max_tokens;
  if (const auto* number = value->if_double(); number && *number >= 0)
    return static_cast<std::int64_t>(std::min(*number, static_cast<double>(max_tokens)));
  return std::nullopt;
}

void UsageMeter::count_message(const json::object& message) {
  const auto usage = usage_in(message.if_contains("usage"), api_names);
  if (!usage) return;
  const auto* id = message.if_contains("id");
  std::string_view name;
  if (id != nullptr && id->is_string()) name = std::string_view(id->get_string()).substr(0, 128);
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

void UsageMeter::count_result(const json::object& line) {
  const auto said =
      larger(usage_in(line.if_contains("usage"), api_names), sum_of_models(line.if_contains("modelUsage")));
  if (said) result_ = said;
}

std::optional<Usage> UsageMeter::total() const {
  std::optional<Usage> messages = settled_;
  for (const auto& [id, usage] : open_) messages = sum(messages.value_or(Usage{}), usage);
  if (!result_) return messages;
  return *result_ == Usage{} && messages ? messages : result_;
}

}  // namespace understudy::failover::agents
