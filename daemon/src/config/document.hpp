#pragma once
#include <boost/json/value.hpp>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/parse.hpp"

/// The configuration file: the source of truth. The API shows it masked and replaces it whole.
namespace understudy::daemon::config {

struct File {
  boost::json::value document{boost::json::object{}};
  std::string etag{};  ///< strong, quoted, of the file's bytes
};

/// Reads and hashes; a sentence when the file cannot be read.
[[nodiscard]] std::expected<std::string, std::string> read_text(const std::string& path);
[[nodiscard]] std::string etag_of(std::string_view text);

/// Secrets (api_key, auth_token, every env value) replaced by the mask.
[[nodiscard]] boost::json::value masked(const boost::json::value& document);

/// A mask sent back stands for the value at the same path of `current`; one that stands for nothing is a
/// problem.
[[nodiscard]] boost::json::value unmasked(const boost::json::value& sent, const boost::json::value& current,
                                          std::vector<Problem>& problems);

/// Every secret text of the document, for the redactor. A text that also occurs in the open (a token "ollama"
/// of the provider "ollama") does not count: masking it would only hide the name.
[[nodiscard]] std::vector<std::string> secrets_of(const boost::json::value& document);

/// Pretty JSON, 0600, whole or not at all; the former file stays as `<path>.bak`. Returns the new text.
[[nodiscard]] std::expected<std::string, std::string> save(const std::string& path,
                                                           const boost::json::value& document);

}  // namespace understudy::daemon::config
