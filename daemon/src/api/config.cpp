// GET and PUT /config, POST /config/check
#include <boost/json/serialize.hpp>

#include "api/config_file.hpp"
#include "api/handlers.hpp"
#include "api/offload.hpp"
#include "config/tls_files.hpp"
#include "http/text.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

http::Response document_json(const boost::json::value& document, std::string_view etag) {
  auto response = http::json(200, config::masked(document));
  response.headers.set("ETag", etag);
  return response;
}

/// None when the client's If-Match matches the file.
std::optional<http::Response> check_match(const http::Request& request, std::string_view etag) {
  const auto condition = request.headers.get("If-Match");
  if (!condition)
    return http::problem(428, "Send If-Match with the ETag of the configuration you changed (GET /config).");
  if (*condition == "*" ||
      http::any_item(*condition, ',', [&](std::string_view item) { return item == etag; }))
    return std::nullopt;
  return changed_meanwhile(etag);
}

struct Candidate {
  boost::json::value document{};  ///< without masks
  config::Parsed parsed{};        ///< with all problems
};

Candidate candidate_from(const boost::json::value& sent, const boost::json::value& current) {
  std::vector<config::Problem> masks;
  Candidate candidate{.document = config::unmasked(sent, current, masks)};
  candidate.parsed = config::parse_config(candidate.document);
  auto& errors = candidate.parsed.errors;
  errors.insert(errors.begin(), masks.begin(), masks.end());
  if (errors.size() > config::max_problems) errors.resize(config::max_problems);
  return candidate;
}

/// Parses the configuration in a body off the loop: it may be long.
boost::asio::awaitable<std::expected<Candidate, http::Response>> read_candidate(Offload& offload,
                                                                                http::Request& request,
                                                                                boost::json::value current) {
  auto parse = [&request, current = std::move(current)]() -> std::expected<Candidate, http::Response> {
    const auto sent = http::parse_json_body(request);
    if (!sent) return std::unexpected(sent.error());
    auto candidate = candidate_from(*sent, current);
    if (request.is_operator) config::check_tls_files(candidate.parsed);
    return candidate;
  };
  return offload.run(request.body.size(), std::move(parse));
}

std::string problems_json(const std::vector<config::Problem>& problems) {
  wire::ArrayText list;
  for (const auto& [path, reason] : problems)
    list.raw(wire::ObjectText{}.text("path", path).text("reason", reason).done());
  return std::move(list).done();
}

}  // namespace

AsyncResponse get_config(http::Request&, ConfigFile& config_file) {
  const auto file = co_await read_config(config_file);
  co_return file ? document_json(file->document, file->etag) : file.error();
}

AsyncResponse put_config(http::Request& request, fleet::Fleet& fleet, ConfigFile& config_file,
                         Offload& offload) {
  const auto file = co_await read_config(config_file);
  if (!file) co_return file.error();
  if (auto refusal = check_match(request, file->etag)) co_return std::move(*refusal);
  auto parsing = read_candidate(offload, request, file->document);
  auto candidate = co_await std::move(parsing);
  if (!candidate) co_return std::move(candidate.error());
  auto& [document, parsed] = *candidate;
  if (!parsed.errors.empty() || !parsed.config)
    co_return http::problem(422, "The configuration has problems; nothing was saved.",
                            field_problems(parsed.errors));
  const auto changed =
      co_await change_config(config_file, fleet, file->etag, document, std::move(*parsed.config));
  if (!changed) co_return changed.error();
  co_return document_json(document, *changed);
}

AsyncResponse check_config(http::Request& request, ConfigFile& config_file, Offload& offload) {
  auto file = co_await read_config(config_file);
  boost::json::value current;
  if (file) current = std::move(file->document);
  auto parsing = read_candidate(offload, request, std::move(current));
  const auto candidate = co_await std::move(parsing);
  if (!candidate) co_return candidate.error();
  co_return http::json(200, wire::ObjectText{}
                                .raw("errors", problems_json(candidate->parsed.errors))
                                .raw("warnings", problems_json(candidate->parsed.warnings))
                                .done());
}

}  // namespace understudy::daemon::api
