#include "api/config_change.hpp"

#include <filesystem>

#include "api/ask.hpp"
#include "environment/atomic_file.hpp"

namespace understudy::daemon::api {

namespace {

/// Undoes a save, unless somebody has saved since.
void restore(const std::string& path, const std::string& saved, const std::optional<std::string>& former) {
  const auto current = config::read_text(path);
  if (!current || *current != saved) return;
  if (former)
    static_cast<void>(environment::write_atomically(path, *former));
  else
    std::filesystem::remove(path);
}

}  // namespace

std::expected<config::File, http::Response> read_config(const World& world) {
  if (!std::filesystem::exists(world.config_path))
    return config::File{.document = boost::json::object{}, .etag = config::etag_of("")};
  const auto text = config::read_text(world.config_path);
  if (!text) return std::unexpected(http::problem(500, text.error()));
  std::vector<config::Problem> errors;
  auto document = config::parse_document(*text, errors);
  if (!document)
    return std::unexpected(http::problem(500, "The configuration file is not valid JSON; mend it by hand.",
                                         field_problems(errors)));
  return config::File{.document = std::move(*document), .etag = config::etag_of(*text)};
}

boost::asio::awaitable<std::expected<std::string, http::Response>> change_config(World& world,
                                                                                 boost::json::value document,
                                                                                 config::Config next) {
  std::optional<std::string> former;
  if (auto text = config::read_text(world.config_path)) former = std::move(*text);
  const auto saved = config::save(world.config_path, document);
  if (!saved) co_return std::unexpected(http::problem(507, saved.error()));
  const auto config = std::make_shared<const config::Config>(std::move(next));
  fleet::What changed = fleet::ConfigChanged{config};
  const auto answer = co_await ask(world.fleet, std::move(changed));
  if (!answer) {
    restore(world.config_path, *saved, former);
    co_return std::unexpected(refused(answer.error()));
  }
  if (world.on_config) world.on_config(config, document);
  co_return config::etag_of(*saved);
}

std::vector<http::FieldProblem> field_problems(const std::vector<config::Problem>& problems) {
  std::vector<http::FieldProblem> fields;
  for (const auto& [path, reason] : problems) fields.push_back({path, reason});
  return fields;
}

}  // namespace understudy::daemon::api
