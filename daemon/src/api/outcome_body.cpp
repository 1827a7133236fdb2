#include "api/outcome_body.hpp"

#include <limits>

#include "config/reader.hpp"

namespace understudy::daemon::api {

namespace {

namespace json = boost::json;
using Problems = std::vector<http::FieldProblem>;

class Members {
 public:
  Members(const json::object& object, std::string path, Problems& problems)
      : object_(object), path_(std::move(path)), problems_(problems) {}

  [[nodiscard]] const json::value* find(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    return value && !value->is_null() ? value : nullptr;
  }
  void wrong(std::string_view key, std::string_view expected, const json::value& got) {
    std::string reason("must be ");
    reason.append(expected).append(", got ").append(config::describe(got));
    problems_.push_back({path_ + "/" + config::pointer_escape(key), std::move(reason)});
  }
  void missing(std::string_view key, std::string_view expected) {
    problems_.push_back({path_ + "/" + std::string(key), "is missing; it must be " + std::string(expected)});
  }
  std::optional<std::string> text(std::string_view key) {
    const auto* value = find(key);
    if (!value) return std::nullopt;
    if (value->is_string()) return std::string(value->get_string());
    wrong(key, "a string", *value);
    return std::nullopt;
  }
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most,
                                      std::string_view expected) {
    const auto* value = find(key);
    if (!value) return std::nullopt;
    if (const auto* number = value->if_int64(); number && *number >= least && *number <= most) return *number;
    wrong(key, expected, *value);
    return std::nullopt;
  }
  /// The member as an object with its own path.
  std::optional<Members> object(std::string_view key) {
    const auto* value = find(key);
    if (!value) return std::nullopt;
    if (value->is_object())
      return Members(value->get_object(), path_ + "/" + config::pointer_escape(key), problems_);
    wrong(key, "an object", *value);
    return std::nullopt;
  }
  [[nodiscard]] const json::object& members() const { return object_; }

 private:
  const json::object& object_;
  std::string path_;
  Problems& problems_;
};

constexpr std::string_view count_of_tokens = "a number of tokens, an integer from 0";
constexpr std::int64_t max_tokens = 1'000'000'000'000;

std::optional<int> narrow(std::optional<std::int64_t> value) {
  return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

void read_surface(Members& members, failover::Outcome& outcome) {
  constexpr std::string_view choices = "one of http, sdk_exception, cli_stream_json, cli_text";
  const auto* value = members.find("surface");
  if (!value) return members.missing("surface", choices);
  const auto surface = value->is_string() ? failover::parse_surface(value->get_string()) : std::nullopt;
  if (surface)
    outcome.surface = *surface;
  else
    members.wrong("surface", choices, *value);
}

void read_transport(Members& members, failover::Outcome& outcome) {
  const auto* value = members.find("transport");
  if (!value) return;
  outcome.transport = value->is_string() ? failover::parse_transport(value->get_string()) : std::nullopt;
  if (!outcome.transport)
    members.wrong("transport", "one of refused, reset, timeout, dns, tls, closed, unreachable", *value);
}

void read_headers(Members& members, failover::Outcome& outcome) {
  auto headers = members.object("headers");
  if (!headers) return;
  for (const auto& member : headers->members())
    if (const auto value = headers->text(member.key())) outcome.headers.emplace_back(member.key(), *value);
}

void read_usage(Members& members, failover::Outcome& outcome) {
  auto usage = members.object("usage");
  if (!usage) return;
  const auto input = usage->integer("input_tokens", 0, max_tokens, count_of_tokens);
  const auto output = usage->integer("output_tokens", 0, max_tokens, count_of_tokens);
  if (!usage->find("input_tokens")) usage->missing("input_tokens", count_of_tokens);
  if (!usage->find("output_tokens")) usage->missing("output_tokens", count_of_tokens);
  if (input && output) outcome.usage = failover::Usage{*input, *output};
}

}  // namespace

std::expected<OutcomeBody, Problems> parse_outcome(const json::value& body) {
  Problems problems;
  if (!body.is_object())
    return std::unexpected(Problems{{"", "must be an object, got " + config::describe(body)}});
  Members members(body.get_object(), "", problems);
  OutcomeBody parsed;
  auto& outcome = parsed.outcome;
  outcome.provider = members.text("provider").value_or("");
  read_surface(members, outcome);
  outcome.status = narrow(members.integer("status", 100, 999, "an HTTP status, an integer from 100 to 999"));
  read_headers(members, outcome);
  outcome.body = members.text("body").value_or("");
  constexpr std::int64_t int_max = std::numeric_limits<int>::max();
  outcome.exit_code = narrow(members.integer("exit_code", -int_max, int_max, "an integer"));
  read_transport(members, outcome);
  read_usage(members, outcome);
  constexpr std::int64_t year_9999_ms = 253'402'300'799'999;
  if (const auto at = members.integer("observed_at_ms", 0, year_9999_ms, "a time in Unix milliseconds"))
    outcome.observed_at = failover::Instant{failover::Duration{*at}};
  parsed.task_id = members.text("task_id");
  if (parsed.task_id && (parsed.task_id->empty() || parsed.task_id->size() > 256))
    problems.push_back({"/task_id", "must have 1 to 256 bytes"});
  parsed.model = members.text("model");
  parsed.tier = narrow(members.integer("tier", 1, 3, "a tier, an integer from 1 to 3"));
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return parsed;
}

}  // namespace understudy::daemon::api
