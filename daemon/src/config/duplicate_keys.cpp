#include "config/duplicate_keys.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <map>
#include <utility>

#include "config/reader.hpp"

namespace understudy::daemon::config {

namespace {

namespace json = boost::json;
using Error = json::error_code;

/// Follows the events of a parser and keeps the path of each key. A level is an object with its keys, or a
/// list.
class Watcher {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  std::vector<Problem> problems{};

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) { return open(); }
  bool on_object_end(std::size_t, Error&) { return close(); }
  bool on_array_begin(Error&) {
    open();
    levels_.back().is_list = true;
    return true;
  }
  bool on_array_end(std::size_t, Error&) { return close(); }
  bool on_key_part(json::string_view part, std::size_t, Error&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, Error&) {
    key_.append(part.data(), part.size());
    auto& level = levels_.back();
    level.at = pointer_escape(std::exchange(key_, {}));
    if (++level.keys[level.at] == 2) problems.push_back({path(), "occurs twice"});
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, Error&) { return true; }
  bool on_string(json::string_view, std::size_t, Error&) { return item(); }
  bool on_number_part(json::string_view, Error&) { return true; }
  bool on_int64(std::int64_t, json::string_view, Error&) { return item(); }
  bool on_uint64(std::uint64_t, json::string_view, Error&) { return item(); }
  bool on_double(double, json::string_view, Error&) { return item(); }
  bool on_bool(bool, Error&) { return item(); }
  bool on_null(Error&) { return item(); }
  bool on_comment_part(json::string_view, Error&) { return true; }
  bool on_comment(json::string_view, Error&) { return true; }

 private:
  struct Level {
    bool is_list{false};
    std::size_t index{0};
    std::string at{};
    std::map<std::string, int> keys{};
  };

  bool open() {
    levels_.emplace_back();
    return true;
  }
  bool close() {
    levels_.pop_back();
    return item();
  }
  bool item() {
    if (!levels_.empty()) ++levels_.back().index;
    return true;
  }
  [[nodiscard]] std::string path() const {
    std::string out;
    for (const auto& level : levels_) {
      out += '/';
      out += level.is_list ? std::to_string(level.index) : level.at;
    }
    return out;
  }

  std::vector<Level> levels_;
  std::string key_;
};

}  // namespace

std::vector<Problem> duplicate_keys(std::string_view text, const json::parse_options& options) {
  json::basic_parser<Watcher> parser(options);
  Error error;
  parser.write_some(false, text.data(), text.size(), error);
  return std::move(parser.handler().problems);
}

}  // namespace understudy::daemon::config
