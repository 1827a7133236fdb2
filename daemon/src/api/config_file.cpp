#include "api/config_file.hpp"

#include <filesystem>

#include "api/ask.hpp"
#include "files/atomic_file.hpp"

namespace understudy::daemon::api {

namespace {

/// Queue of the file's jobs: none sees another half done.
constexpr const char* queue = "configuration";

std::expected<config::File, http::Response> read(const std::string& path) {
  if (!std::filesystem::exists(path))
    return config::File{.document = boost::json::object{}, .etag = config::etag_of("")};
  const auto text = config::read_text(path);
  if (!text) return std::unexpected(http::problem(500, text.error()));
  std::vector<config::Problem> errors;
  auto document = config::parse_document(*text, errors);
  if (!document)
    return std::unexpected(http::problem(500, "The configuration file is not valid JSON; fix it by hand.",
                                         field_problems(errors)));
  return config::File{.document = std::move(*document), .etag = config::etag_of(*text)};
}

struct Saved {
  std::optional<std::string> former{};
  std::string former_etag{};
  std::expected<std::string, std::string> text{};  ///< if the former file was the expected one
};

Saved save(const std::string& path, std::string_view etag, const boost::json::value& document) {
  Saved saved;
  if (auto text = config::read_text(path)) saved.former = std::move(*text);
  saved.former_etag = config::etag_of(saved.former.value_or(""));
  if (saved.former_etag == etag) saved.text = config::save(path, document);
  return saved;
}

/// Undoes a save, unless the file has changed since.
void restore(const std::string& path, const Saved& saved) {
  const auto current = config::read_text(path);
  if (!current || *current != *saved.text) return;
  if (saved.former)
    static_cast<void>(files::write_atomically(path, *saved.former));
  else
    std::filesystem::remove(path);
}

}  // namespace

boost::asio::awaitable<std::expected<config::File, http::Response>> read_config(ConfigFile& file) {
  auto load = [path = file.path] { return read(path); };
  return file.disk.at(queue, std::move(load));
}

boost::asio::awaitable<std::expected<std::string, http::Response>> change_config(ConfigFile& file,
                                                                                 fleet::Fleet& fleet,
                                                                                 std::string etag,
                                                                                 boost::json::value document,
                                                                                 config::Config next) {
  auto write = [path = file.path, &etag, &document] { return save(path, etag, document); };
  const auto saved = co_await file.disk.at(queue, std::move(write));
  if (saved.former_etag != etag) co_return std::unexpected(changed_meanwhile(saved.former_etag));
  if (!saved.text) co_return std::unexpected(http::problem(507, saved.text.error()));
  const auto config = std::make_shared<const config::Config>(std::move(next));
  if (file.before_change) co_await file.before_change(*config);
  fleet::What changed = fleet::ConfigChanged{config};
  const auto answer = co_await ask(fleet, std::move(changed));
  if (!answer) {
    auto undo = [path = file.path, &saved] { restore(path, saved); };
    co_await file.disk.at(queue, std::move(undo));
    co_return std::unexpected(refused(answer.error()));
  }
  if (file.on_change) file.on_change(config, document);
  co_return config::etag_of(*saved.text);
}

http::Response changed_meanwhile(std::string_view etag) {
  auto response =
      http::problem(412, "The configuration was changed by somebody else in the meantime; get it again.");
  response.headers.set("ETag", etag);
  return response;
}

std::vector<http::FieldProblem> field_problems(const std::vector<config::Problem>& problems) {
  std::vector<http::FieldProblem> fields;
  for (const auto& [path, reason] : problems) fields.push_back({path, reason});
  return fields;
}

}  // namespace understudy::daemon::api
