// GET /usage
#include "api/handlers.hpp"
#include "api/read_pool.hpp"
#include "api/subject.hpp"
#include "http/respond.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

struct Tokens {
  std::int64_t input{0};
  std::int64_t output{0};
  void add(const store::UsageSum& sum) {
    input += sum.input_tokens;
    output += sum.output_tokens;
  }
  [[nodiscard]] wire::ObjectText& write(wire::ObjectText& json) const {
    return json.integer("input_tokens", input).integer("output_tokens", output);
  }
};

struct InstanceUsage {
  Tokens tokens;
  wire::ArrayText tiers;
};
struct TypeUsage {
  Tokens tokens;
  std::map<std::string, InstanceUsage> instances;
};
using Usage = std::map<std::string, TypeUsage>;

std::string tier_json(const store::UsageSum& sum) {
  return wire::ObjectText{}
      .integer("tier", sum.tier)
      .text("provider", sum.provider)
      .text("model", sum.model)
      .integer("input_tokens", sum.input_tokens)
      .integer("output_tokens", sum.output_tokens)
      .done();
}

/// Lists every configured type, and removed ones while their tokens are in the window.
Usage gather(const config::Config& config, const std::vector<store::UsageSum>& sums) {
  Usage usage;
  for (const auto& [type, configured] : config.agent_types)
    for (const auto& instance : configured.instances) usage[type].instances[type + "-" + instance];
  for (const auto& sum : sums) {
    auto& type = usage[sum.type];
    auto& instance = type.instances[sum.instance];
    type.tokens.add(sum);
    instance.tokens.add(sum);
    instance.tiers.raw(tier_json(sum));
  }
  return usage;
}

std::string instances_json(std::map<std::string, InstanceUsage> instances) {
  wire::ArrayText list;
  for (auto& [name, used] : instances) {
    wire::ObjectText json;
    json.text("name", name);
    list.raw(std::move(used.tokens.write(json).raw("tiers", std::move(used.tiers).done())).done());
  }
  return std::move(list).done();
}

std::string usage_json(config::UsageWindow window, const config::Config& config,
                       const std::vector<store::UsageSum>& sums) {
  wire::ArrayText types;
  for (auto& [name, used] : gather(config, sums)) {
    const auto known = config.agent_types.find(name);
    wire::ObjectText json;
    json.text("type", name)
        .integer_or_null("usage_threshold_tokens", known == config.agent_types.end()
                                                       ? std::nullopt
                                                       : known->second.usage_threshold_tokens);
    types.raw(std::move(used.tokens.write(json).raw("instances", instances_json(std::move(used.instances))))
                  .done());
  }
  return wire::ObjectText{}
      .text("window", config::to_string(window))
      .raw("types", std::move(types).done())
      .done();
}

}  // namespace

AsyncResponse get_usage(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool) {
  auto window = fleet.state().config->service.usage_window;
  if (const auto given = request.query.get("window")) {
    const auto known = config::parse_usage_window(*given);
    if (!known)
      co_return http::problem(400, "The query parameter 'window' must be one of 1h, 5h, 24h, 7d, 30d, all.",
                              {{"window", "must be one of 1h, 5h, 24h, 7d, 30d, all"}});
    window = *known;
  }
  const auto length = config::to_duration(window);
  const auto since = length ? now_ms(fleet) - length->count() : 0;
  auto query = [since](store::Reader& reader) { return reader.usage(since); };
  const auto sums = co_await read_pool.read(std::move(query), read_class_of(request));
  if (!sums) co_return http::unavailable(sums.error());
  co_return http::json(200, usage_json(window, *fleet.state().config, *sums));
}

}  // namespace understudy::daemon::api
